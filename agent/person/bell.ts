/** Wakes the loop out of its sleep when the person has chosen something, or has asked for help. */
export class Bell {
  #rung = new AbortController();
  #hurried = false;

  ring(): void {
    this.#rung.abort();
  }

  /** Something at the server is new, so that the next poll is not to be waited for. */
  hurry(): void {
    this.#hurried = true;
    this.ring();
  }

  /** Whether there was a hurry since this was last asked. */
  takeHurry(): boolean {
    const hurried = this.#hurried;
    this.#hurried = false;
    return hurried;
  }

  /** To be called before looking at what was chosen, so that what comes after the look still wakes the next sleep. */
  arm(): AbortSignal {
    this.#rung = new AbortController();
    return this.#rung.signal;
  }
}
