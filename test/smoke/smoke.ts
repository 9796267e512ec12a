/** A run of the smoke test: its parts in order, and what it leaves behind taken away whatever happened. */
import { ApiError, createClient } from '../../lib/api/client.ts';
import { cleanUp } from './clean-up.ts';
import type { Options } from './options.ts';
import { patiently } from './patience.ts';
import { assistance } from './steps/assistance.ts';
import { enrolment } from './steps/enrolment.ts';
import { restart } from './steps/restart.ts';
import { reachable } from './steps/system.ts';
import { timeline } from './steps/timeline.ts';
import { createSteps, type Write } from './tell.ts';
import type { World } from './world.ts';

/** What a caller can do about it, where that is known. */
const hint = (error: unknown): string | undefined => {
  if (error instanceof TypeError) return 'Is the URL right, and can this machine reach it?';
  if (!(error instanceof ApiError)) return undefined;
  // The gateway's own answer: what a function refuses is the test device's token.
  if (error.status === 401 && !error.problem)
    return 'The token is not taken: is it an access token of this stage’s issuer, and not expired?';
  if (error.status === 403) return 'The token has not the role admin: look at the claim and the mapping of the stage.';
  if (error.problem?.code === 'connector_not_onboarded') return 'Onboard a connector, or name one by --connector.';
  if (error.problem?.code === 'internal_error')
    return `The functions’ logs name the request ${error.problem.instance}.`;
  return undefined;
};

/** The message with what caused it: `fetch failed` alone says nothing. */
const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error ? `${message}: ${cause.message || (cause as NodeJS.ErrnoException).code}` : message;
};

/**
 * Takes the deployment through its main job.
 * @param signal ends it early; what it made is still taken away
 * @returns whether all of it works, and nothing was left behind
 */
export const runSmoke = async (
  { api, token, connector, patienceMs }: Options,
  write: Write,
  signal: AbortSignal = new AbortController().signal,
): Promise<boolean> => {
  const patience = { ms: patienceMs, signal };
  const startedAt = performance.now();
  const as = (bearer?: string) =>
    patiently(createClient({ baseUrl: api, ...(bearer !== undefined && { token: bearer }) }), patience);
  const name = `smoke-test-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
  const world: World = { as, admin: as(token), anybody: as(), name, connector, patience, made: {} };
  write(`${api} as ${name}\n`);
  const step = createSteps(write);
  let works = true;
  try {
    for (const part of [reachable, enrolment, assistance, restart, timeline]) await part(world, step);
  } catch (error) {
    works = false;
    const reason = signal.aborted ? 'It was interrupted.' : explain(error);
    const advice = signal.aborted ? undefined : hint(error);
    write(`\n${reason}\n${advice === undefined ? '' : `${advice}\n`}\n`);
  }
  // Not to be interrupted: whoever presses Ctrl-C wants nothing left behind either.
  const unhurried = { ms: patienceMs, signal: new AbortController().signal };
  const clean = await cleanUp(createClient({ baseUrl: api, token }), world, unhurried, { step, write, explain });
  const took = ((performance.now() - startedAt) / 1000).toFixed(1);
  write(works && clean ? `All of it works: ${took} s\n` : `It does not work: ${took} s\n`);
  return works && clean;
};
