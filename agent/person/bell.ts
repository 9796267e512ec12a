/** Wakes the loop out of its sleep when the person has chosen something. */
export class Bell {
  #rung = new AbortController();

  ring(): void {
    this.#rung.abort();
  }

  /** To be called before looking at what was chosen, so that what comes after the look still wakes the next sleep. */
  arm(): AbortSignal {
    this.#rung = new AbortController();
    return this.#rung.signal;
  }
}
