/**
 * The terminal that a command runs in, read from its start on: what is typed while nothing is asked is dropped, so that it
 * never becomes the answer to a later question. The input stays in the terminal's own mode, so that Ctrl-C works.
 */
import { createInterface, type Interface } from 'node:readline';

type Ports = { input: NodeJS.ReadableStream; write: (text: string) => void };

export class Terminal {
  readonly #lines: Interface;
  readonly #write: (text: string) => void;
  readonly #hungUp = new AbortController();
  #heard: ((line: string) => void) | undefined;

  constructor({ input, write }: Ports) {
    this.#write = write;
    this.#lines = createInterface({ input, terminal: false });
    this.#lines.on('line', (line) => this.#heard?.(line));
    this.#lines.once('close', () => this.#hungUp.abort());
  }

  /** @returns the line that was typed; `undefined` when the terminal was closed, or the signal gives up */
  async ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    const over = AbortSignal.any([signal, this.#hungUp.signal]);
    if (over.aborted) return undefined;
    this.#write(question);
    try {
      return await new Promise<string | undefined>((resolve) => {
        this.#heard = resolve;
        over.addEventListener('abort', () => resolve(undefined), { once: true });
      });
    } finally {
      this.#heard = undefined;
    }
  }

  close(): void {
    this.#lines.close();
  }
}
