/** How an agent that runs and is not enrolled enrols itself, and how that one that is finishes it. */
import { resolve } from 'node:path';
import { givenBy } from '../network/keeping.ts';
import { isAnotherMachine } from '../platform/machine-marks.ts';
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
import { Refusal } from '../refusal.ts';
import { deviceFile } from '../state/device-file.ts';
import type { Lock } from '../state/lock.ts';
import { provisioningFile } from '../state/provisioning-file.ts';
import { defaultStateDir, makeStateDir } from '../state/state-dir.ts';
import { type Context, copyOf } from './context.ts';
import { becomeDevice } from './enroll.ts';
import { keepNetwork, type NetworkOptions, senderFor } from './network.ts';

/** Where this agent looks for its file. */
export const pathsOf = ({ stateDir, env }: Pick<Context, 'stateDir' | 'env'>): string[] =>
  provisionPaths(stateDir, process.platform, env);

/** @param force enrols in place of a device that this machine is not */
const portsOf = (context: Context, lock: Lock, options: NetworkOptions, force: boolean): ProvisioningPorts => {
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
    const wanted = { apiUrl, enrollmentToken, name, force, hasOwnDirectory };
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
  const { enrolled } = (await deviceFile(context.stateDir).read()) ?? {};
  // A copied disk brings another machine's state along; where its image has a file too, it gets an identity of its own.
  const isCopy = isAnotherMachine(enrolled?.machine, await context.platform().machineMarks());
  const ports = portsOf(context, lock, options, isCopy);
  if (enrolled && !isCopy) {
    await finishProvisioning(ports);
    return 'before';
  }
  if (enrolled) context.log.warn('state of another machine', { problem: copyOf(enrolled, context.stateDir) });
  const outcome = await provision(ports, how);
  if (outcome === 'nothing' && enrolled) throw new Refusal(copyOf(enrolled, context.stateDir));
  if (outcome === 'nothing') throw notEnrolled(context.stateDir, pathsOf(context));
  return outcome === 'enrolled' ? 'now' : outcome;
};
