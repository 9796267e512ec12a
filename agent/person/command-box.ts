/**
 * `commands/`: how the command line speaks to the agent that runs. A command is one file, which appears whole; the agent
 * writes its answer beside it and then takes the command away. Killed in between, it does it again, which is harmless:
 * a command is bound to one life of a task.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../state/atomic-file.ts';
import { readText } from '../state/json-file.ts';
import { saving, unlessSaved } from '../state/not-saved.ts';
import { number, object, optional, string, variant } from '../state/shape.ts';
import { watchDirectory } from '../state/watch.ts';
import { parseReply, type Reply } from './choice.ts';

const parseCommand = object({
  wish: variant('kind', { postpone: { minutes: number }, reject: {}, restartNow: {}, rotateCredential: {} }),
  /** The life of the task that it is for, where it is for one. */
  life: optional(string),
  at: number,
});

export type Command = ReturnType<typeof parseCommand>;
export type Wish = Command['wish'];

const NAME = /^([\w-]{8,64})\.json$/;
const ANSWER = '.answer';

export class CommandBox {
  readonly #dir: string;

  constructor(stateDir: string) {
    this.#dir = join(stateDir, 'commands');
  }

  /**
   * The agent's side. Answers that nobody fetched are taken away.
   * @throws NotSaved when it cannot be made ready; what is there is read all the same
   */
  open(): Promise<void> {
    return saving(this.#dir, async () => {
      await mkdir(this.#dir, { recursive: true, mode: 0o700 });
      for (const name of await readdir(this.#dir)) {
        if (!NAME.test(name)) await rm(join(this.#dir, name), { force: true });
      }
    });
  }

  /** Calls when something has arrived. @returns what ends that */
  watch(arrived: () => void): () => void {
    return watchDirectory(this.#dir, arrived);
  }

  async pending(): Promise<(Command & { id: string })[]> {
    const names = await readdir(this.#dir).catch(() => []);
    const found: (Command & { id: string })[] = [];
    for (const name of names.sort()) {
      const [, id] = NAME.exec(name) ?? [];
      const text = id === undefined ? undefined : await readText(join(this.#dir, name));
      if (id === undefined || text === undefined) continue;
      try {
        found.push({ id, ...parseCommand(JSON.parse(text)) });
      } catch {
        await rm(join(this.#dir, name), { force: true });
      }
    }
    return found.sort((a, b) => a.at - b.at);
  }

  async answer(id: string, reply: Reply): Promise<void> {
    const command = join(this.#dir, `${id}.json`);
    // Whoever asked has given up, and would never fetch it.
    if ((await readText(command)) === undefined) return;
    const answer = join(this.#dir, `${id}${ANSWER}`);
    // Where the disk has no room for the answer, the command is gone, which is answer enough.
    await writeFileAtomically(answer, JSON.stringify(reply)).catch(unlessSaved(() => undefined));
    await rm(command, { force: true }).catch(() => undefined);
  }

  /** The command line's side. @throws NotSaved */
  async send(id: string, command: Command): Promise<void> {
    await saving(this.#dir, () => mkdir(this.#dir, { recursive: true, mode: 0o700 }));
    await writeFileAtomically(join(this.#dir, `${id}.json`), JSON.stringify(command));
  }

  /** @returns `undefined` while there is no answer */
  async fetch(id: string): Promise<Reply | undefined> {
    const path = join(this.#dir, `${id}${ANSWER}`);
    const text = await readText(path);
    if (text === undefined) return undefined;
    await rm(path, { force: true });
    return parseReply(JSON.parse(text));
  }

  /** Whether the agent has yet to answer it. */
  async isWaiting(id: string): Promise<boolean> {
    const name = `${id}.json`;
    const files = await readdir(this.#dir);
    return files.includes(name) || files.includes(`${id}${ANSWER}`);
  }

  async takeBack(id: string): Promise<void> {
    await rm(join(this.#dir, `${id}.json`), { force: true });
  }
}
