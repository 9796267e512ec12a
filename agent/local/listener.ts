/**
 * Listens on the local socket. Every account of the PC may connect, which the agent's directory does not allow; what it may
 * do is for whoever answers the calls to say. Someone who connects and says nothing, or too much, is hung up on.
 */
import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { LONGEST_LINE, type LocalCall, parseLocalCall, replyWith, replyWithError } from './protocol.ts';

export type AnswerCall = (call: LocalCall) => Promise<unknown>;

const MAX_CONNECTIONS = 32;
const SPEAK_WITHIN_MS = 5_000;

const isPipe = (path: string): boolean => path.startsWith('\\\\.\\pipe\\');

/** What an agent that was killed left behind; two never listen at once, since the lock on the state directory is held. */
const makeRoom = async (path: string): Promise<void> => {
  const directory = dirname(path);
  // The process's own mask would close it.
  if ((await mkdir(directory, { recursive: true, mode: 0o755 })) !== undefined) await chmod(directory, 0o755);
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket()) await rm(path, { force: true });
};

const serve = (socket: Socket, answer: AnswerCall): void => {
  let text = '';
  socket.setEncoding('utf8').setTimeout(SPEAK_WITHIN_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  const hear = (chunk: string): void => {
    text += chunk;
    const end = text.indexOf('\n');
    if (text.length > LONGEST_LINE) socket.destroy();
    if (end === -1 || socket.destroyed) return;
    socket.off('data', hear);
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

/** @returns what stops it @throws when the system does not let it listen there */
export const listen = async (path: string, answer: AnswerCall): Promise<() => void> => {
  if (!isPipe(path)) await makeRoom(path);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, answer);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, readableAll: true, writableAll: true }, resolve);
  });
  server.unref();
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
};
