/**
 * Listens on the local socket. Every account of the PC may connect, which the agent's directory does not allow; what it may
 * do is for whoever answers the calls to say. Who connects and says nothing is hung up on, the one that has been silent longest
 * first: however many connections an account opens, another one's call is heard.
 */
import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { LONGEST_LINE, type LocalCall, parseLocalCall, replyWith, replyWithError } from './protocol.ts';

export type AnswerCall = (call: LocalCall) => Promise<unknown>;

export type ListenPorts = {
  answer: AnswerCall;
  /** Windows: lets the other accounts connect, and make no pipe of that name themselves. */
  openPipe: (path: string) => Promise<void>;
};

export type Listening = {
  /** Whether others still reach it there. */
  isThere(): Promise<boolean>;
  /** Resolves when the system has ended it. */
  lost: Promise<void>;
  stop(): void;
};

const MOST_SILENT = 32;
const SPEAK_WITHIN_MS = 5_000;

export const isPipe = (path: string): boolean => path.startsWith('\\\\.\\pipe\\');

/** What an agent that was killed left behind; two never listen at once, since the lock on the state directory is held. */
const makeRoom = async (path: string): Promise<void> => {
  const directory = dirname(path);
  // The process's own mask would close it.
  if ((await mkdir(directory, { recursive: true, mode: 0o755 })) !== undefined) await chmod(directory, 0o755);
  const { uid, mode } = await lstat(directory);
  const isOurs = uid === 0 || uid === process.getuid?.();
  const isShared = (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
  if (!isOurs || isShared) throw new Error(`Another account can put a socket of its own into ${directory}.`);
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket()) await rm(path, { force: true });
};

/** Those that have connected and not yet said what they want, oldest first. */
class Silent {
  readonly #sockets = new Set<Socket>();
  #isDue = false;

  add(socket: Socket): void {
    this.#sockets.add(socket);
    if (this.#isDue) return;
    this.#isDue = true;
    // Not before what they have said already was read: a turn of the event loop for their connection, and one for their words.
    setImmediate(() => setImmediate(() => this.#hangUp()));
  }

  delete(socket: Socket): void {
    this.#sockets.delete(socket);
  }

  #hangUp(): void {
    this.#isDue = false;
    const tooMany = [...this.#sockets].slice(0, Math.max(0, this.#sockets.size - MOST_SILENT));
    for (const socket of tooMany) socket.destroy();
  }
}

const serve = (socket: Socket, answer: AnswerCall, silent: Silent): void => {
  let text = '';
  silent.add(socket);
  socket.setEncoding('utf8').setTimeout(SPEAK_WITHIN_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.once('close', () => silent.delete(socket));
  const hear = (chunk: string): void => {
    text += chunk;
    const end = text.indexOf('\n');
    if (text.length > LONGEST_LINE) socket.destroy();
    if (end === -1 || socket.destroyed) return;
    socket.off('data', hear);
    silent.delete(socket);
    // The server may take its time.
    socket.setTimeout(0);
    Promise.resolve()
      .then(() => answer(parseLocalCall(JSON.parse(text.slice(0, end)))))
      .then(replyWith, replyWithError)
      .then((reply) => socket.end(reply))
      .catch(() => socket.destroy());
  };
  socket.on('data', hear);
};

/** @throws when the system does not let it listen there */
export const listen = async (path: string, { answer, openPipe }: ListenPorts): Promise<Listening> => {
  const pipe = isPipe(path);
  if (!pipe) await makeRoom(path);
  const sockets = new Set<Socket>();
  const silent = new Silent();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, answer, silent);
  });
  const stop = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // A pipe is opened to others below: Node would let them make further ones of its name. The system refuses where there is one.
    server.listen({ path, readableAll: !pipe, writableAll: !pipe }, resolve);
  });
  server.unref();
  const lost = new Promise<void>((resolve) => {
    server.on('error', () => stop());
    server.once('close', resolve);
  });
  const nodeOf = async () => (pipe ? undefined : (await lstat(path)).ino);
  try {
    if (pipe) await openPipe(path);
    const node = await nodeOf();
    const isThere = () =>
      nodeOf().then(
        (found) => found === node,
        () => false,
      );
    return { isThere, lost, stop };
  } catch (error) {
    stop();
    throw error;
  }
};
