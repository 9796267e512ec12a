/**
 * Which account of the PC is at the other end of the local socket, which Node does not say. So an account shows it: it makes a
 * directory whose name the agent chose for its ticket, in a place where every account can make one, and the system says
 * whose that is. Nobody can make one for another, and a name is of no use with another ticket.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { posix, win32 } from 'node:path';

/** Where every account can make directories, and none can touch another's. */
export const proofPlace = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string =>
  platform === 'win32' ? (env['ProgramData'] ?? 'C:\\ProgramData') : '/tmp';

/** @param name as the agent said it @returns where it is to be made; `undefined` for what no agent says */
export const proofPath = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv, name: string): string | undefined =>
  /^remote-assist-[0-9a-f]{32}$/.test(name)
    ? (platform === 'win32' ? win32 : posix).join(proofPlace(platform, env), name)
    : undefined;

/** Only its hash is kept, here and on the disk. */
export const hashOfTicket = (ticket: string): string => createHash('sha256').update(ticket).digest('hex');

/** Looking may take a program of the system. Who finds it busy is not known for now, and may do less at once. */
const LOOKS_AT_ONCE = 4;

/** Of an account that has more, the oldest is forgotten, so that none crowds out another's. */
const TICKETS_OF_ONE = 16;

export class Accounts {
  readonly #ownerOf: (name: string) => Promise<string | undefined>;
  readonly #secret = randomBytes(32);
  readonly #known = new Map<string, string>();
  #looks = 0;

  /** @param ownerOf says whose directory of that name is, where there is one */
  constructor(ownerOf: (name: string) => Promise<string | undefined>) {
    this.#ownerOf = ownerOf;
  }

  /** The directory by which whoever has this ticket shows who they are. */
  proofOf(ticket: string): string {
    return `remote-assist-${createHmac('sha256', this.#secret).update(hashOfTicket(ticket)).digest('hex').slice(0, 32)}`;
  }

  /** Looks for that directory. Never throws. */
  async learn(ticket: string): Promise<void> {
    if (this.#looks >= LOOKS_AT_ONCE) return;
    this.#looks++;
    const account = await this.#ownerOf(this.proofOf(ticket)).catch(() => undefined);
    this.#looks--;
    if (account === undefined) return;
    const hash = hashOfTicket(ticket);
    this.#known.delete(hash);
    this.#known.set(hash, account);
    const own = [...this.#known].flatMap(([known, owner]) => (owner === account ? [known] : []));
    for (const old of own.slice(0, -TICKETS_OF_ONE)) this.#known.delete(old);
  }

  /** `undefined` where it has not been shown. */
  of(ticket: string): string | undefined {
    return this.#known.get(hashOfTicket(ticket));
  }
}
