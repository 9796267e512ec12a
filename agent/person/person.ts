/**
 * The person at the PC: is warned, and may choose in a dialog or by a command. Nothing here waits for them: nobody logged in,
 * a dialog that was closed and one that nobody saw are all no choice, and the restart comes when its grace is over.
 */
import type { Platform } from '../platform/platform.ts';
import type { Bell } from './bell.ts';
import { type Choice, type Made, type Offer, POSTPONE_MINUTES, type Reply } from './choice.ts';
import type { CommandBox } from './command-box.ts';

export type Warning = { text: string; life: string; offer: Offer; leftMs: number };

export type Person = {
  /** Shows a warning, with a dialog where there is something to choose. */
  warn(warning: Warning): Promise<void>;
  tell(text: string): Promise<void>;
  /** What was chosen for this life of the task; what was chosen for another one is answered as too late. */
  next(life: string | undefined): Promise<Made | undefined>;
  /** Tells whoever chose what became of it. */
  answer(from: string | undefined, reply: Reply): Promise<void>;
  /** Takes an open dialog away. */
  close(): void;
};

const TOO_LATE: Reply = { done: false, words: 'That restart is not waiting any more.' };

export class PersonAtPc implements Person {
  readonly #platform: Pick<Platform, 'notify' | 'ask'>;
  readonly #box: Pick<CommandBox, 'pending' | 'answer'>;
  readonly #bell: Bell;
  #dialog: AbortController | undefined;
  #chosen: { life: string; choice: Choice } | undefined;

  constructor(platform: Pick<Platform, 'notify' | 'ask'>, box: Pick<CommandBox, 'pending' | 'answer'>, bell: Bell) {
    this.#platform = platform;
    this.#box = box;
    this.#bell = bell;
  }

  async warn(warning: Warning): Promise<void> {
    const { postponementsLeft, mayReject } = warning.offer;
    this.close();
    // With a moment left there is nothing to think about.
    if ((postponementsLeft > 0 || mayReject) && warning.leftMs > 5_000) this.#open(warning);
    else await this.#platform.notify(warning.text);
  }

  tell(text: string): Promise<void> {
    return this.#platform.notify(text);
  }

  async next(life: string | undefined): Promise<Made | undefined> {
    const chosen = this.#chosen;
    this.#chosen = undefined;
    if (chosen && chosen.life === life) return { choice: chosen.choice, from: undefined };
    for (const { id, wish, ...command } of await this.#box.pending()) {
      if (wish.kind === 'rotateCredential') continue;
      if (command.life === life && life !== undefined) return { choice: wish, from: id };
      await this.#box.answer(id, TOO_LATE);
    }
    return undefined;
  }

  async answer(from: string | undefined, reply: Reply): Promise<void> {
    if (from === undefined) await this.#platform.notify(reply.words);
    else await this.#box.answer(from, reply);
  }

  close(): void {
    this.#dialog?.abort();
    this.#dialog = undefined;
  }

  /** Not waited for: the countdown goes on meanwhile. */
  #open({ text, life, offer, leftMs }: Warning): void {
    const dialog = new AbortController();
    this.#dialog = dialog;
    const postponeMinutes = offer.postponementsLeft > 0 ? POSTPONE_MINUTES : undefined;
    const question = { text, postponeMinutes, mayReject: offer.mayReject, timeoutMs: leftMs };
    this.#platform
      .ask(question, dialog.signal)
      .catch(() => 'unavailable' as const)
      .then(async (answer) => {
        if (dialog.signal.aborted) return;
        if (answer === 'unavailable') return this.#platform.notify(text);
        if (answer === 'none') return;
        this.#chosen = {
          life,
          choice: answer === 'postpone' ? { kind: answer, minutes: POSTPONE_MINUTES } : { kind: answer },
        };
        this.#bell.ring();
      })
      .catch(() => undefined);
  }
}
