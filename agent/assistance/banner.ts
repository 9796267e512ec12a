/** Shows that somebody is connected for as long as that lasts, and ends it when the person says so. */
import type { AgentAssistanceRequest } from '../../lib/api/assistance.ts';
import { reasonOf } from '../refusal.ts';
import type { AttendantPorts } from './attendant.ts';
import { BY_COMMAND, stillConnected, wordsFor } from './words.ts';

/** Put out of sight, it comes back. */
export const REMIND_EVERY_MS = 10 * 60_000;

type Ports = Pick<AttendantPorts, 'platform' | 'server' | 'clock' | 'log' | 'userOf'>;

export class Banner {
  readonly #ports: Ports;
  #open: { id: string; dialog: AbortController } | undefined;
  #reminded: { id: string; at: number } | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** To be called again and again while somebody is connected. */
  async show(request: AgentAssistanceRequest): Promise<void> {
    const { clock, userOf } = this.#ports;
    const { id } = request;
    const before = this.#reminded?.id === id ? this.#reminded.at : undefined;
    if (this.#open?.id === id || (before !== undefined && clock.monotonic() - before < REMIND_EVERY_MS)) return;
    this.close();
    const dialog = new AbortController();
    this.#open = { id, dialog };
    this.#reminded = { id, at: clock.monotonic() };
    const text = before === undefined ? wordsFor(request) : stillConnected(request);
    const user = await userOf(id);
    // Not waited for: the agent goes on meanwhile.
    this.#ask(id, text, user, dialog.signal)
      .catch((error: unknown) => this.#ports.log.warn('the session is not shown', { problem: reasonOf(error) }))
      .finally(() => {
        if (this.#open?.dialog === dialog) this.#open = undefined;
      });
  }

  close(): void {
    this.#open?.dialog.abort();
    this.#open = undefined;
  }

  async #ask(id: string, text: string, user: string | undefined, signal: AbortSignal): Promise<void> {
    const { platform, server } = this.#ports;
    const buttons = { yes: 'End the session', no: 'Hide this message' };
    const answer = await platform.confirm({ text, ...buttons, user, timeoutMs: REMIND_EVERY_MS }, signal);
    if (signal.aborted) return;
    if (answer === 'unavailable') return platform.notify(`${text} ${BY_COMMAND.end}`);
    if (answer === 'no') return;
    try {
      await server.end(id);
    } catch (error) {
      // They are asked again at once, rather than left to believe that it is over.
      this.#reminded = undefined;
      await platform.notify(`The session was not ended: ${reasonOf(error)}`);
    }
  }
}
