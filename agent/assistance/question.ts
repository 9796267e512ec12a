/** The question whether the admin may connect, while the person thinks about it: open for a bounded time, then a no. */
import type { AskConsent } from './consent.ts';

export class Question {
  readonly #closed = new AbortController();
  readonly #answered = new AbortController();
  readonly #expiresAt: number;
  #allowed: boolean | undefined;

  /** @param expiresAt by the clock that `decision` is asked with */
  constructor(ask: AskConsent, admin: string, expiresAt: number) {
    this.#expiresAt = expiresAt;
    ask(admin, this.#closed.signal)
      .catch(() => false)
      .then((allowed) => {
        if (allowed === undefined) return;
        this.#allowed ??= allowed;
        this.#answered.abort();
      });
  }

  /** Aborts when the person has answered. */
  get answered(): AbortSignal {
    return this.#answered.signal;
  }

  /** `undefined` while the person may still answer. */
  decision(now: number): 'accepted' | 'refused' | undefined {
    if (this.#allowed === undefined && now < this.#expiresAt) return undefined;
    this.#allowed ??= false;
    this.close();
    return this.#allowed ? 'accepted' : 'refused';
  }

  leftMs(now: number): number {
    return Math.max(0, this.#expiresAt - now);
  }

  /** Takes the question back. */
  close(): void {
    this.#closed.abort();
  }
}
