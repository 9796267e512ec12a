/** Calls the server through the agent that runs, for an account that may not read the device's credential. */
import { createConnection } from 'node:net';
import { agentAssistanceRequest } from '../../lib/api/assistance.ts';
import type { AssistanceServer } from '../server.ts';
import { LONGEST_LINE, type LocalCall, readReply } from './protocol.ts';

/** The agent's own call of the server, with either credential, ends before that. */
const ANSWER_WITHIN_MS = 90_000;

const send = (path: string, call: LocalCall): Promise<unknown> =>
  new Promise((resolve, reject) => {
    let text = '';
    const socket = createConnection(path, () => socket.write(`${JSON.stringify(call)}\n`));
    socket
      .setEncoding('utf8')
      .setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error('The agent does not answer.')));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > 4 * LONGEST_LINE) socket.destroy(new Error('The agent answers too much.'));
    });
    socket.once('error', reject);
    socket.once('close', () => {
      try {
        resolve(readReply(text));
      } catch (error) {
        reject(error instanceof SyntaxError ? new Error('The agent hung up.') : error);
      }
    });
  });

/** The id of the device that the agent speaks for. @throws when none listens there */
export const greet = async (path: string): Promise<string> => {
  const { deviceId } = (await send(path, { op: 'hello' })) as { deviceId: string };
  return deviceId;
};

export type Account = {
  /** What this account alone knows. */
  ticket: string;
  user: string | undefined;
  /** Whether the person can be asked in this process. */
  asks: boolean;
};

export const throughAgent = (path: string, { ticket, user, asks }: Account): AssistanceServer => {
  const call = async (local: LocalCall) => ({ body: agentAssistanceRequest().parse(await send(path, local)) });
  return {
    request: ({ message, requester, rustdeskId }, idempotencyKey) =>
      call({ op: 'request', ticket, user, idempotencyKey, message, ...requester, email: requester.email, rustdeskId }),
    read: (id) => call({ op: 'read', ticket, id, asks }),
    consent: (id, decision) => call({ op: 'consent', ticket, id, decision }),
    withdraw: (id) => call({ op: 'withdraw', ticket, id }),
    end: (id) => call({ op: 'end', ticket, id }),
  };
};
