/** The session of the signed-in admin: the token, its renewal a minute before its end, and its end. */
import type { User } from 'oidc-client-ts';
import { renew } from './sign-in.ts';

const RENEW_BEFORE_MS = 60_000;
/** A browser counts a timer of over 24.8 days as none. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const RETRY_MS = 10_000;

type Listener = () => void;

export class Session {
  #user: User;
  #ended = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<Listener>();

  constructor(user: User) {
    this.#user = user;
    this.#schedule();
    // A laptop that slept through the timer asks at once.
    document.addEventListener('visibilitychange', () => this.#schedule());
  }

  /** The access token; `undefined` once the session is over. */
  readonly token = (): string | undefined => (this.#ended ? undefined : this.#user.access_token);

  /** Whether the session is over: the console shows it, and calls nothing more. */
  readonly isOver = (): boolean => this.#ended;

  /** Tells `listener` of a new token and of the end. @returns what stops that */
  readonly subscribe = (listener: Listener): Listener => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The API refused this token. One that has been renewed meanwhile is another matter. */
  readonly refused = (token: string | undefined): void => {
    if (token === this.#user.access_token) this.end();
  };

  /** Nothing is called with the token again. */
  readonly end = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#tell();
  };

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #msLeft(): number {
    // By the token's own times, so that a PC's clock that is off neither ends a session early nor keeps one.
    return (this.#user.expires_in ?? Number.POSITIVE_INFINITY) * 1000;
  }

  #schedule(): void {
    if (this.#ended) return;
    clearTimeout(this.#timer);
    const wait = Math.min(Math.max(this.#msLeft() - RENEW_BEFORE_MS, 0), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => void this.#renew(), wait);
  }

  async #renew(): Promise<void> {
    if (this.#msLeft() > RENEW_BEFORE_MS) return this.#schedule();
    try {
      const user = await renew();
      if (user) {
        this.#user = user;
        this.#schedule();
        this.#tell();
        return;
      }
    } catch {
      // Refused or unreachable: what is left of the token is used, and asked again meanwhile.
    }
    if (this.#msLeft() <= 0) return this.end();
    this.#timer = setTimeout(() => void this.#renew(), Math.min(RETRY_MS, this.#msLeft()));
  }
}
