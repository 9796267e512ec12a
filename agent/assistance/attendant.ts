/**
 * The agent's own part in a request for help, for when the person has no window open in which they follow it: tells them of
 * each change, asks them whether the admin may connect, shows that somebody is connected for as long as that lasts, and lets
 * them end it. Where a window is open, that asks and shows, and the agent does neither.
 */
import type { AgentAssistanceRequest } from '../../lib/api/assistance.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Platform } from '../platform/platform.ts';
import { reasonOf } from '../refusal.ts';
import type { TaskSlot } from '../restart/task-slot.ts';
import { type AssistanceServer, isFinal, isRefusal } from '../server.ts';
import { Banner } from './banner.ts';
import { type AskConsent, untilClosed } from './consent.ts';
import { linkToOpen } from './link.ts';
import { Question } from './question.ts';
import { adminOf, BY_COMMAND, consentText, GONE, isOver, wordsFor } from './words.ts';

export type AttendantPorts = {
  server: Pick<AssistanceServer, 'read' | 'consent' | 'end'>;
  platform: Pick<Platform, 'notify' | 'confirm' | 'openLink'>;
  slot: Pick<TaskSlot, 'shown' | 'keepShown'>;
  clock: Pick<Clock, 'monotonic'>;
  log: Log;
  /** Whether the person follows that request in a window that can ask them. */
  isFollowed: (id: string) => Promise<boolean>;
  /** Whether it was made on this machine; one that was not is another's to show and to answer. */
  isMadeHere: (id: string) => Promise<boolean>;
  /** The account that made it, where that is known: nobody else is asked. */
  userOf: (id: string) => Promise<string | undefined>;
};

export type AttendantOptions = {
  /** Unanswered for so long, the question counts as refused. */
  consentWithinMs: number;
  /** Only tell: the process does not stay to hear an answer. */
  tellOnly: boolean;
};

export class Attendant {
  readonly #ports: AttendantPorts;
  readonly #options: AttendantOptions;
  readonly #banner: Banner;
  #question: { id: string; question: Question } | undefined;
  #answering: Promise<void> | undefined;
  /** The server has the answer; a poll that was under way does not know it yet. */
  #answered: string | undefined;
  /** The last one that was not made here. */
  #left: string | undefined;

  constructor(ports: AttendantPorts, options: AttendantOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#banner = new Banner(ports);
  }

  /** To be called with what each poll says. */
  async saw(polled: AgentAssistanceRequest | undefined): Promise<void> {
    const isForeign = polled !== undefined && !(await this.#ports.isMadeHere(polled.id));
    if (isForeign) this.#leave(polled.id);
    const request = isForeign ? undefined : (polled ?? (await this.#whatBecame()));
    if (!request) return this.close();
    const followed = !isOver(request.state) && (await this.#ports.isFollowed(request.id));
    await this.#tell(request, followed);
    if (this.#options.tellOnly) return;
    if (request.state === 'approved' && !followed) await this.#ask(request);
    else this.#takeQuestionBack();
    if (request.state === 'connected' && !followed) await this.#banner.show(request);
    else this.#banner.close();
  }

  /** Takes everything off the screen. What was asked is not answered by that. */
  close(): void {
    this.#takeQuestionBack();
    this.#banner.close();
  }

  #leave(id: string): void {
    if (this.#left === id) return;
    this.#left = id;
    const why = 'it was not made on this PC: another one has a copy of its disk, or this one has lost its state since';
    this.#ports.log.warn('a request for help is neither shown nor answered here', { requestId: id, why });
  }

  /** A poll has open requests alone, so one that was open and is missing is over. */
  async #whatBecame(): Promise<AgentAssistanceRequest | undefined> {
    const { server, slot, platform, log } = this.#ports;
    const { shown } = slot;
    if (!shown || isOver(shown.state) || !(await this.#ports.isMadeHere(shown.requestId))) return undefined;
    try {
      return (await server.read(shown.requestId)).body;
    } catch (error) {
      if (!isFinal(error)) {
        log.warn('what became of the request for help is not known yet', { problem: reasonOf(error) });
        return undefined;
      }
      if (isRefusal(error) && error.status === 410) await platform.notify(`${GONE} Run "request-help".`);
      await slot.keepShown({ requestId: shown.requestId, state: 'expired' });
      return undefined;
    }
  }

  /** Each change once, across restarts of the agent; waiting is nothing to be told of, and neither is what is asked instead. */
  async #tell(request: AgentAssistanceRequest, followed: boolean): Promise<void> {
    const { platform, slot } = this.#ports;
    const { shown } = slot;
    if (shown?.requestId === request.id && shown.state === request.state) return;
    const byDialog = !this.#options.tellOnly && (request.state === 'approved' || request.state === 'connected');
    // Shown first: killed in between, it is shown twice, and not never.
    if (request.state !== 'pending' && !followed && !byDialog) await platform.notify(wordsFor(request));
    await slot.keepShown({ requestId: request.id, state: request.state });
  }

  async #ask(request: AgentAssistanceRequest): Promise<void> {
    const { clock } = this.#ports;
    const { id } = request;
    if (this.#answered === id) return;
    if (this.#question?.id !== id) {
      this.#takeQuestionBack();
      const user = await this.#ports.userOf(id);
      const { consentWithinMs } = this.#options;
      const question = new Question(this.#dialog(request, user), adminOf(request), clock.monotonic() + consentWithinMs);
      this.#question = { id, question };
      question.answered.addEventListener('abort', () => void this.#answer(request, question, user), { once: true });
      return;
    }
    // The time may be up, or an earlier answer have got lost.
    await this.#answer(request, this.#question.question, await this.#ports.userOf(id));
  }

  #dialog(request: AgentAssistanceRequest, user: string | undefined): AskConsent {
    const { platform } = this.#ports;
    return async (_admin, signal) => {
      const buttons = { text: consentText(request), yes: 'Allow', no: 'Refuse' };
      const answer = await platform.confirm({ ...buttons, user, timeoutMs: this.#options.consentWithinMs }, signal);
      if (signal.aborted) return undefined;
      if (answer !== 'unavailable') return answer === 'yes';
      // Nobody saw it; they may yet come, and open a window in which they are asked.
      await platform.notify(`${wordsFor(request)} ${BY_COMMAND.answer}`);
      return untilClosed(signal);
    };
  }

  /** One call at a time, and none once the server has the answer. */
  async #answer(request: AgentAssistanceRequest, question: Question, user: string | undefined): Promise<void> {
    if (this.#answering) return this.#answering;
    this.#answering = this.#giveAnswer(request, question, user).finally(() => {
      this.#answering = undefined;
    });
    return this.#answering;
  }

  async #giveAnswer(request: AgentAssistanceRequest, question: Question, user: string | undefined): Promise<void> {
    const { server, platform, clock, log } = this.#ports;
    const decision = this.#question?.question === question ? question.decision(clock.monotonic()) : undefined;
    if (!decision) return;
    try {
      const { body } = await server.consent(request.id, decision);
      this.#answered = request.id;
      const link = decision === 'accepted' ? linkToOpen(body) : undefined;
      if (link !== undefined && !(await platform.openLink(link, user))) await platform.notify(`Open ${link}`);
      await this.saw(body);
    } catch (error) {
      // Without an answer it is given again after the next poll, which then still says `approved`.
      log.warn('the answer about consent did not get through', { problem: reasonOf(error) });
    }
  }

  #takeQuestionBack(): void {
    this.#question?.question.close();
    this.#question = undefined;
  }
}
