/** Follows a request for help to its end: tells the person of each change, asks for consent, and lets them end it. */
import type { AgentAssistanceRequest } from '../../lib/api/assistance.ts';
import type { Clock } from '../clock.ts';
import { backOffMs } from '../pace.ts';
import { patiently } from '../patiently.ts';
import { reasonOf } from '../refusal.ts';
import { type AssistanceServer, isRefusal, retryAfterOf } from '../server.ts';
import type { RequestFile } from '../state/request-file.ts';
import type { AskConsent } from './consent.ts';
import { Question } from './question.ts';
import { adminOf, GONE, isOver, wordsFor } from './words.ts';

export type FollowPorts = {
  server: Omit<AssistanceServer, 'request'>;
  file: RequestFile;
  clock: Clock;
  random: () => number;
  /** Tells the person; one line. */
  tell: (words: string) => void;
  ask: AskConsent;
  deviceId: string;
};

export type FollowOptions = {
  /** Unanswered for so long, the question counts as refused. */
  consentWithinMs: number;
  /** The person wants no more of it: a waiting request is taken back, an open session ended. */
  stop: AbortSignal;
};

const LOOK_EVERY_MS = 3_000;
const BACK_OFF = { floorSeconds: 3, capSeconds: 60 };

/** Takes the request back while it waits, or ends the session. @throws ApiError when the server refuses */
export const endRequest = async (
  { server, clock, random }: Pick<FollowPorts, 'server' | 'clock' | 'random'>,
  id: string,
): Promise<AgentAssistanceRequest> => {
  const call = async () => {
    const { body } = await server.read(id);
    if (isOver(body.state)) return body;
    return (await (body.state === 'pending' ? server.withdraw(id) : server.end(id))).body;
  };
  try {
    return await patiently(call, { clock, random });
  } catch (error) {
    // Approved between the look and the call: what was to be taken back is now to be ended.
    if (isRefusal(error) && error.status === 409) return await patiently(call, { clock, random });
    throw error;
  }
};

/**
 * Resolves when the request is over, however it ended; gone after 4 hours is one of the ends.
 * @throws ApiError when the server does not know the request
 */
export const follow = async (ports: FollowPorts, id: string, options: FollowOptions): Promise<void> => {
  const { server, file, clock, random, tell, ask, deviceId } = ports;
  const { stop, consentWithinMs } = options;
  let question: Question | undefined;
  let decisionGiven = false;
  let decisionTried = false;
  let failures = 0;
  let state = '';

  const show = async (request: AgentAssistanceRequest): Promise<boolean> => {
    if (request.state !== state) {
      state = request.state;
      tell(wordsFor(request));
      await file.write({ current: { id, deviceId, state }, pending: undefined });
    }
    return isOver(state);
  };

  const decide = async (request: AgentAssistanceRequest): Promise<void> => {
    question ??= new Question(ask, adminOf(request), clock.monotonic() + consentWithinMs);
    const decision = question.decision(clock.monotonic());
    if (!decision || decisionGiven) return;
    if (!question.answered.aborted) tell('Nobody answered, so nobody connects.');
    decisionTried = true;
    try {
      await show((await server.consent(id, decision)).body);
      decisionGiven = true;
    } catch (error) {
      // Without an answer it is given again at the next look, which then still finds `approved`.
      decisionGiven = isRefusal(error);
      tell(`The answer did not get through: ${reasonOf(error)}`);
    }
  };

  const look = async (): Promise<number> => {
    const { body, retryAfterSeconds } = await server.read(id);
    failures = 0;
    await show(body);
    if (body.state === 'approved') await decide(body);
    else question?.close();
    const everyMs = retryAfterSeconds === undefined ? LOOK_EVERY_MS : Math.max(1_000, retryAfterSeconds * 1000);
    return question && !decisionGiven ? Math.min(everyMs, question.leftMs(clock.monotonic()) || everyMs) : everyMs;
  };

  try {
    while (!isOver(state)) {
      if (stop.aborted) {
        await show(await endRequest(ports, id));
        return;
      }
      let waitMs: number;
      try {
        waitMs = await look();
      } catch (error) {
        if (isRefusal(error)) throw error;
        if (++failures === 1) tell(`The server does not answer (${reasonOf(error)}); still trying.`);
        waitMs = backOffMs(failures, random(), BACK_OFF, retryAfterOf(error));
      }
      if (isOver(state)) return;
      const wakers = question && !decisionTried ? [stop, question.answered] : [stop];
      await clock.sleep(waitMs, AbortSignal.any(wakers));
    }
  } catch (error) {
    if (!isRefusal(error) || error.status !== 410) throw error;
    tell(GONE);
    await file.write({ current: { id, deviceId, state: 'expired' }, pending: undefined });
  } finally {
    question?.close();
  }
};
