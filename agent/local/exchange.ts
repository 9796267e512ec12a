/** Says a line to who listens at a local address, and hears what they say before they hang up. */
import { createConnection, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ANSWER_WITHIN_MS, LONGEST_LINE } from './protocol.ts';

export type Exchange = (path: string, line: string) => Promise<string>;

const CONNECT_TRIES = 60;
const CONNECT_AGAIN_MS = 50;

/** While very many connect, the system has no room for one more; nothing was said then, so it is tried again. */
const connect = async (path: string): Promise<Socket> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await new Promise<Socket>((resolve, reject) => {
        const socket = createConnection(path);
        socket.once('error', reject);
        socket.once('connect', () => {
          socket.off('error', reject);
          resolve(socket);
        });
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || attempt === CONNECT_TRIES) throw error;
      await delay(CONNECT_AGAIN_MS);
    }
  }
};

export const bySocket: Exchange = async (path, line) => {
  const socket = await connect(path);
  return new Promise((resolve, reject) => {
    let text = '';
    socket.once('error', reject);
    socket
      .setEncoding('utf8')
      .setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error('The agent does not answer.')));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > 4 * LONGEST_LINE) socket.destroy(new Error('The agent answers too much.'));
    });
    socket.once('close', () => resolve(text));
    socket.write(line);
  });
};
