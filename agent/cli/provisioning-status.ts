/** What `status` says of an agent that enrols itself: from which file, and what stands in the way. */
import { findProvision, readProvision } from '../provision/provision-file.ts';
import { reasonOf } from '../refusal.ts';
import { provisioningFile } from '../state/provisioning-file.ts';
import type { Context } from './context.ts';
import { pathsOf } from './provision.ts';

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

export type ProvisioningStatus = {
  readonly file: string;
  readonly problem?: string;
  readonly triedAt?: string;
  readonly nextTryAt?: string;
};

/** `undefined` where there is nothing to say. The file is looked at here too: no agent may have come to it yet. */
export const readProvisioning = async (
  context: Context,
  isEnrolled: boolean,
): Promise<ProvisioningStatus | undefined> => {
  const note = (await provisioningFile(context.stateDir).read())?.current;
  // A token that could not be removed is all that may be left.
  if (isEnrolled) return note?.problem === undefined ? undefined : { file: note.file, problem: note.problem };
  const file = await findProvision(pathsOf(context));
  if (file === undefined) return undefined;
  const problem = await readProvision(file, context.platform()).then(() => note?.problem, reasonOf);
  return {
    file,
    ...(problem !== undefined && { problem }),
    ...(note && { triedAt: iso(note.triedAt) }),
    ...(note?.nextTryAt !== undefined && { nextTryAt: iso(note.nextTryAt) }),
  };
};

export const provisioningWords = (status: ProvisioningStatus, isEnrolled: boolean): string => {
  const { file, problem, nextTryAt } = status;
  if (isEnrolled) return problem ?? '';
  const again = nextTryAt === undefined ? '' : ` The agent tries again at ${nextTryAt}.`;
  return problem === undefined
    ? `It enrols itself from ${file}.`
    : `It cannot enrol itself from ${file} yet: ${problem}${again}`;
};
