/** One request for help, from the call to its end, in one of the ways in which it can go. */
import {
  type AssistanceState,
  approveAssistanceRequest,
  consent,
  declineAssistanceRequest,
  endAssistance,
  endOwnAssistance,
  requestAssistance,
  withdrawAssistanceRequest,
} from '../../lib/api/assistance.ts';
import type { Client } from '../../lib/api/client.ts';
import { pollOnce } from './agent.ts';
import type { Agent } from './fleet.ts';
import type { Made } from './made.ts';
import type { Pacer } from './pacer.ts';

export type Ending = 'endedByAdmin' | 'endedByPerson' | 'refused' | 'declined' | 'withdrawn';

/** Three of nine are refused, declined or withdrawn. */
const WEIGHTS: Readonly<Record<Ending, number>> = {
  endedByAdmin: 3,
  endedByPerson: 3,
  refused: 1,
  declined: 1,
  withdrawn: 1,
};

export const ENDINGS = Object.keys(WEIGHTS) as Ending[];

/** @param draw from 0 up to 1 */
export const endingOf = (draw: number): Ending => {
  const drawn = ENDINGS.flatMap((ending) => new Array<Ending>(WEIGHTS[ending]).fill(ending));
  return drawn[Math.floor(draw * drawn.length)] as Ending;
};

const FINAL: Readonly<Record<Ending, AssistanceState>> = {
  endedByAdmin: 'ended',
  endedByPerson: 'ended',
  refused: 'refused',
  declined: 'declined',
  withdrawn: 'withdrawn',
};

export type HelpStory = {
  readonly pacer: Pacer;
  readonly admin: Client;
  readonly agent: Agent;
  /** When the person asks. */
  readonly at: number;
  readonly ending: Ending;
  readonly random: () => number;
  readonly made: Made;
};

/** Between one step and the next, in milliseconds. */
const STEP_MS = 300;

const HELP = { message: 'The printer is on fire', requester: { name: 'Ada' } };

/** All steps are planned from the first: one whose answer comes late makes the next one late, which counts as its time. */
export const runHelp = async ({ pacer, admin, agent, at, ending, random, made }: HelpStory): Promise<void> => {
  const times = Array.from({ length: 4 }, (_, step) => at + STEP_MS * (step + 1 + random() / 2));
  const [answerAt, seeAt, consentAt, endAt] = times as [number, number, number, number];
  const asking = { name: 'ask for help', function: requestAssistance.function };
  const { id } = (await pacer.request(asking, at, () => agent.call(requestAssistance, { body: HELP }))).body;
  made.requests.push({ id, final: FINAL[ending] });
  const params = { id };

  if (ending === 'withdrawn') {
    const measured = { name: 'withdraw', function: withdrawAssistanceRequest.function };
    await pacer.request(measured, answerAt, () => agent.call(withdrawAssistanceRequest, { params }));
    return;
  }
  if (ending === 'declined') {
    const measured = { name: 'decline', function: declineAssistanceRequest.function };
    const body = { reason: 'Somebody is on the way' };
    await pacer.request(measured, answerAt, () => admin(declineAssistanceRequest, { params, body }));
    return;
  }
  const approving = { name: 'approve', function: approveAssistanceRequest.function };
  await pacer.request(approving, answerAt, () => admin(approveAssistanceRequest, { params, body: {} }));
  const seen = await pollOnce(pacer, agent, 'poll, help approved', seeAt);
  if (seen?.assistanceRequest?.state !== 'approved') pacer.recorder.fault('a poll does not tell of the approval');
  const deciding = { name: 'consent', function: consent.function };
  const decision = ending === 'refused' ? 'refused' : 'accepted';
  await pacer.request(deciding, consentAt, () => agent.call(consent, { params, body: { decision } }));
  if (ending === 'endedByAdmin') {
    const measured = { name: 'end, by the admin', function: endAssistance.function };
    await pacer.request(measured, endAt, () => admin(endAssistance, { params }));
  }
  if (ending === 'endedByPerson') {
    const measured = { name: 'end, by the person', function: endOwnAssistance.function };
    await pacer.request(measured, endAt, () => agent.call(endOwnAssistance, { params }));
  }
};
