/** Devices' credentials in memory. */
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import type { CredentialRepository } from '../../../lib/devices/ports.ts';
import { assertKeyFree, keepAnswer, type Store, touchDevice } from './store.ts';

export const credentialsIn = (store: Store): CredentialRepository => ({
  find: async (id) => store.devices.get(id),
  promoteNext: async ({ id, nextCredential: used }) => {
    const next = store.devices.get(id)?.nextCredential;
    if (!next || next.secretHash !== used?.secretHash) return;
    touchDevice(store, id, ({ nextCredential: _, ...rest }) => ({ ...rest, credentialHash: next.secretHash }));
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
