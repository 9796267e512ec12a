/** Asking for help, so that an answer that was lost does not make a second request, and one that is open is found again. */
import type { AgentAssistanceRequest } from '../../lib/api/assistance.ts';
import type { Clock } from '../clock.ts';
import { patiently } from '../patiently.ts';
import { type AssistanceServer, existingRequestOf, isRefusal } from '../server.ts';
import type { AskedFile } from '../state/asked-file.ts';
import { pendingCall } from '../state/pending-call.ts';
import type { RequestFile } from '../state/request-file.ts';
import { isMadeHere } from './made-here.ts';

export type RequestPorts = {
  server: Pick<AssistanceServer, 'request' | 'read'>;
  file: RequestFile;
  clock: Pick<Clock, 'now' | 'sleep'>;
  random: () => number;
  deviceId: string;
  /** What other accounts asked for through the agent on this machine. */
  asked?: Pick<AskedFile, 'read'>;
};

export type Asked = {
  request: AgentAssistanceRequest;
  /** Whether it was made on this machine, so that it may be answered here. */
  isOurs: boolean;
};

/**
 * @returns the new request, or the one that this device has open already
 * @throws ApiError when the server refuses
 */
export const requestHelp = async (
  { server, file, clock, random, deviceId, asked }: RequestPorts,
  body: Parameters<AssistanceServer['request']>[0],
): Promise<Asked> => {
  const before = await file.read();
  const current = before?.current;
  const pending = pendingCall(before?.pending, [deviceId, body], clock.now());
  await file.write({ current, pending });
  const make = async (): Promise<Asked> => {
    try {
      return { request: (await server.request(body, pending.idempotencyKey)).body, isOurs: true };
    } catch (error) {
      const open = existingRequestOf(error);
      if (open === undefined) throw error;
      const known = { own: before, asked: await asked?.read().catch(() => undefined) };
      return { request: (await server.read(open)).body, isOurs: isMadeHere(known, open, clock.now()) };
    }
  };
  try {
    const made = await patiently(make, { clock, random });
    const { id, state } = made.request;
    await file.write({ current: made.isOurs ? { id, deviceId, state } : current, pending: undefined });
    return made;
  } catch (error) {
    if (isRefusal(error)) await file.write({ current, pending: undefined });
    throw error;
  }
};
