/** Follows a request for help to its end: tells the person of each change, asks for consent, and lets them end it. */
import type { AgentAssistanceRequest } from '../../lib/api/assistance.ts';
import type { Clock } from '../clock.ts';
import { refusalOf, whatToDo } from '../credential/refusals.ts';
import { backOffMs } from '../pace.ts';
import type { Platform } from '../platform/platform.ts';
import { Refusal, reasonOf } from '../refusal.ts';
import { type AssistanceServer, isFinal, isRefusal, isUnknown, retryAfterOf } from '../server.ts';
import type { RequestFile } from '../state/request-file.ts';
import { REMIND_EVERY_MS } from './banner.ts';
import type { AskConsent } from './consent.ts';
import { endRequest } from './end-request.ts';
import { linkToOpen } from './link.ts';
import { Question } from './question.ts';
import { adminOf, consentText, GONE, HOW_TO_END, isOver, stillConnected, wordsFor } from './words.ts';

export type FollowPorts = {
  server: Omit<AssistanceServer, 'request'>;
  file: RequestFile;
  clock: Pick<Clock, 'monotonic' | 'sleep'>;
  random: () => number;
  /** Tells the person; one line. */
  tell: (words: string) => void;
  ask: AskConsent;
  openLink: Platform['openLink'];
  deviceId: string;
};

export type FollowOptions = {
  /** Unanswered for so long, the question counts as refused. */
  consentWithinMs: number;
  /** The person wants no more of it: a waiting request is taken back, an open session ended. */
  stop: AbortSignal;
  /** It was not made on this machine: it is only looked at, and leaving it ends nothing. */
  isForeign?: boolean;
};

const LOOK_EVERY_S = 3;
const BACK_OFF = { floorSeconds: 3, capSeconds: 60 };
/** So many times in a row, within a minute or two, it is no passing fault that the server does not know this device. */
const UNKNOWN_TIMES = 5;

/**
 * Resolves when the request is over, however it ended; gone after 4 hours is one of the ends.
 * @returns its last state, and the request when it was last seen
 * @throws ApiError when the server does not know the request, Refusal when the agent that runs does not let this account,
 *   or when the server does not know the device any more
 */
export const follow = async (
  ports: FollowPorts,
  id: string,
  options: FollowOptions,
): Promise<{ state: string; request: AgentAssistanceRequest | undefined }> => {
  const { server, file, clock, random, tell, ask, openLink, deviceId } = ports;
  const { stop, consentWithinMs, isForeign = false } = options;
  let seen: AgentAssistanceRequest | undefined;
  let question: Question | undefined;
  let decision: 'accepted' | 'refused' | undefined;
  let decisionGiven = false;
  let opened = false;
  let remindAt = Number.POSITIVE_INFINITY;
  let failures = 0;
  let unknown = 0;
  let state = '';

  const open = async (request: AgentAssistanceRequest): Promise<void> => {
    const link = linkToOpen(request);
    // By whoever let the admin in, once: the agent that asked elsewhere opens it there.
    if (opened || decision !== 'accepted' || link === undefined) return;
    opened = true;
    tell((await openLink(link)) ? `Opened ${link}` : `It could not be opened from here. Please open ${link}`);
  };

  const show = async (request: AgentAssistanceRequest): Promise<void> => {
    seen = request;
    if (request.state !== state) {
      state = request.state;
      tell(state === 'connected' ? `${wordsFor(request)} ${HOW_TO_END}` : wordsFor(request));
      remindAt = state === 'connected' ? clock.monotonic() + REMIND_EVERY_MS : Number.POSITIVE_INFINITY;
      await file.write({ current: { id, deviceId, state }, pending: undefined });
      if (state === 'connected') await open(request);
    } else if (clock.monotonic() >= remindAt) {
      tell(`${stillConnected(request)} ${HOW_TO_END}`);
      remindAt = clock.monotonic() + REMIND_EVERY_MS;
    }
  };

  const decide = async (request: AgentAssistanceRequest): Promise<void> => {
    if (!question) {
      tell(consentText(request));
      question = new Question(ask, adminOf(request), clock.monotonic() + consentWithinMs);
    }
    const decided = question.decision(clock.monotonic());
    if (!decided || decisionGiven) return;
    if (!question.answered.aborted && decision === undefined) tell('Nobody answered, so nobody connects.');
    decision = decided;
    try {
      const { body } = await server.consent(id, decided);
      decisionGiven = true;
      await show(body);
    } catch (error) {
      // Without an answer it is given again at the next look, which then still finds `approved`.
      decisionGiven ||= isFinal(error);
      tell(`The answer did not get through: ${reasonOf(error)}`);
    }
  };

  const look = async (): Promise<number> => {
    const { body, retryAfterSeconds } = await server.read(id);
    failures = 0;
    unknown = 0;
    await show(body);
    if (body.state === 'approved' && !isForeign) await decide(body);
    else question?.close();
    const everyMs = Math.min(Math.max(1_000, (retryAfterSeconds ?? LOOK_EVERY_S) * 1000), BACK_OFF.capSeconds * 1000);
    return question && !decisionGiven ? Math.min(everyMs, question.leftMs(clock.monotonic()) || everyMs) : everyMs;
  };

  try {
    while (!isOver(state)) {
      if (stop.aborted && isForeign) break;
      if (stop.aborted) {
        await show(await endRequest(ports, id));
        break;
      }
      let waitMs: number;
      try {
        waitMs = await look();
      } catch (error) {
        if (isFinal(error)) throw error;
        unknown = isUnknown(error) ? unknown + 1 : 0;
        if (unknown === UNKNOWN_TIMES) throw new Refusal(whatToDo(refusalOf(error) ?? ''));
        if (++failures === 1) tell(`The server does not answer (${reasonOf(error)}); still trying.`);
        // Somebody waits: however long the server asks for, it is asked again within a minute or so.
        waitMs = backOffMs(failures, random(), BACK_OFF, Math.min(retryAfterOf(error) ?? 0, BACK_OFF.capSeconds));
      }
      if (isOver(state)) break;
      const wakers = question && decision === undefined ? [stop, question.answered] : [stop];
      await clock.sleep(waitMs, AbortSignal.any(wakers));
    }
  } catch (error) {
    if (!isRefusal(error) || error.status !== 410) throw error;
    state = 'expired';
    tell(GONE);
    await file.write({ current: { id, deviceId, state }, pending: undefined });
  } finally {
    question?.close();
  }
  return { state, request: seen };
};
