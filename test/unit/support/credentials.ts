/** Devices' credentials in memory. */
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import { isInService } from '../../../lib/devices/model.ts';
import type { CredentialRepository } from '../../../lib/devices/ports.ts';
import { assertKeyFree, keepAnswer, replaceVersion, type Store, touchDevice } from './store.ts';

export const credentialsIn = (store: Store): CredentialRepository => ({
  find: async (id) => store.devices.get(id),
  promoteNext: async (before, after) => {
    const kept = store.devices.get(before.id);
    if (!kept || !isInService(kept)) throw new ConcurrentChange('out of service');
    replaceVersion(store.devices, before, after);
  },
  saveSharing: async (before, after) => {
    if (store.devices.get(before.id)?.version !== before.version) return false;
    store.devices.set(before.id, after);
    return true;
  },
  saveNext: async ({ id, credentialHash, rotationsSpent }, nextCredential, { after }, record) => {
    assertKeyFree(store, record);
    const now = store.devices.get(id);
    if (now?.credentialHash !== credentialHash || now.rotationsSpent?.uses !== rotationsSpent?.uses)
      throw new ConcurrentChange('rotated meanwhile');
    touchDevice(store, id, (device) => ({ ...device, nextCredential, rotationsSpent: after }));
    keepAnswer(store, record);
  },
});
