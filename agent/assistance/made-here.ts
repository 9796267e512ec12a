/**
 * Whether a request of this device was made on this machine, by what its own state says. Another PC with a copy of the disk sees the
 * same requests at the server, and must neither show them nor answer for the person who made them.
 */
import type { AskedFile, AskedState } from '../state/asked-file.ts';
import type { RequestFile, RequestState } from '../state/request-file.ts';

export type Known = {
  /** What whoever may read the agent's directory asked for. */
  own: RequestState | undefined;
  /** What other accounts asked for through the agent. */
  asked: AskedState | undefined;
};

/** A request that nobody answers is gone after that long, so one that was tried longer ago is not the one that is open. */
const TRIED_WITHIN_MS = 4 * 3_600_000;

/** A try whose answer was lost may have made it. */
export const isMadeHere = ({ own, asked }: Known, id: string, now: number): boolean => {
  const isRecent = (at: number | undefined): boolean => at !== undefined && Math.abs(now - at) < TRIED_WITHIN_MS;
  return (
    own?.current?.id === id ||
    asked?.current?.id === id ||
    isRecent(own?.pending?.startedAt) ||
    isRecent(asked?.trying?.at)
  );
};

/** For the agent that runs: what was once known to be made here stays so. */
export class MadeHere {
  readonly #own: Pick<RequestFile, 'read'>;
  readonly #asked: Pick<AskedFile, 'read'>;
  readonly #now: () => number;
  readonly #known = new Set<string>();

  constructor(own: Pick<RequestFile, 'read'>, asked: Pick<AskedFile, 'read'>, now: () => number) {
    this.#own = own;
    this.#asked = asked;
    this.#now = now;
  }

  async includes(id: string): Promise<boolean> {
    if (this.#known.has(id)) return true;
    const own = await this.#own.read().catch(() => undefined);
    const asked = await this.#asked.read().catch(() => undefined);
    if (!isMadeHere({ own, asked }, id, this.#now())) return false;
    this.#known.add(id);
    return true;
  }
}
