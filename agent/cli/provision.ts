/** How an agent that runs and is not enrolled enrols itself, and how that one that is finishes it. */
import { resolve } from 'node:path';
import { givenBy } from '../network/keeping.ts';
import {
  findProvision,
  type Provision,
  provisionPaths,
  readProvision,
  removeToken,
} from '../provision/provision-file.ts';
import {
  finishProvisioning,
  notEnrolled,
  type ProvisioningOptions,
  type ProvisioningPorts,
  provision,
} from '../provision/provisioning.ts';
import { deviceFile } from '../state/device-file.ts';
import type { Lock } from '../state/lock.ts';
import { provisioningFile } from '../state/provisioning-file.ts';
import { defaultStateDir, makeStateDir } from '../state/state-dir.ts';
import type { Context } from './context.ts';
import { becomeDevice } from './enroll.ts';
import { keepNetwork, type NetworkOptions, senderFor } from './network.ts';

/** Where this agent looks for its file. */
export const pathsOf = ({ stateDir, env }: Pick<Context, 'stateDir' | 'env'>): string[] =>
  provisionPaths(stateDir, process.platform, env);

const portsOf = (context: Context, lock: Lock, options: NetworkOptions): ProvisioningPorts => {
  const { stateDir, env, clock, random, log } = context;
  const platform = context.platform();
  const file = lock.guarding(deviceFile(stateDir));
  const enroll = async ({ path, apiUrl, enrollmentToken, name, network }: Provision): Promise<string> => {
    await lock.take();
    const sender = async () => {
      // For the agent that runs from then on, which reads that file no more.
      await keepNetwork(stateDir, givenBy(network, { proxy: path, caFile: path }));
      return senderFor(context, options, apiUrl);
    };
    const hasOwnDirectory = stateDir !== resolve(defaultStateDir(process.platform, env));
    const wanted = { apiUrl, enrollmentToken, name, force: false, hasOwnDirectory };
    return becomeDevice(context, { file, sender, tries: 1 }, wanted);
  };
  return {
    find: () => findProvision(pathsOf(context)),
    read: async (path) => {
      const found = await readProvision(path, platform);
      // Not before: what others could change must not be closed first, and then be believed.
      await makeStateDir(stateDir, platform);
      return found;
    },
    enroll,
    removeToken: (path) => removeToken(path, platform),
    note: lock.guarding(provisioningFile(stateDir)),
    clock,
    random,
    log,
  };
};

/**
 * Sees to it that this device is enrolled, for as long as that takes.
 * @returns whether it was before, is now, or the process was asked to end first
 * @throws Refusal where it is not, and no file says how
 */
export const ensureEnrolled = async (
  context: Context,
  lock: Lock,
  options: NetworkOptions,
  how: ProvisioningOptions,
): Promise<'before' | 'now' | 'stopped'> => {
  const ports = portsOf(context, lock, options);
  const state = await deviceFile(context.stateDir).read();
  if (state?.enrolled) {
    await finishProvisioning(ports);
    return 'before';
  }
  const outcome = await provision(ports, how);
  if (outcome === 'nothing') throw notEnrolled(context.stateDir, pathsOf(context));
  return outcome === 'enrolled' ? 'now' : outcome;
};
