/** Asking for help, so that an answer that was lost does not make a second request, and one that is open is found again. */
import type { AgentAssistanceRequest } from '../../lib/api/assistance.ts';
import type { Clock } from '../clock.ts';
import { patiently } from '../patiently.ts';
import { type AssistanceServer, existingRequestOf, isRefusal } from '../server.ts';
import { pendingCall } from '../state/pending-call.ts';
import type { RequestFile } from '../state/request-file.ts';

export type RequestPorts = {
  server: Pick<AssistanceServer, 'request' | 'read'>;
  file: RequestFile;
  clock: Pick<Clock, 'now' | 'sleep'>;
  random: () => number;
  deviceId: string;
};

/**
 * @returns the new request, or the one that this device has open already
 * @throws ApiError when the server refuses
 */
export const requestHelp = async (
  { server, file, clock, random, deviceId }: RequestPorts,
  body: Parameters<AssistanceServer['request']>[0],
): Promise<AgentAssistanceRequest> => {
  const before = await file.read();
  const current = before?.current;
  const pending = pendingCall(before?.pending, [deviceId, body], clock.now());
  await file.write({ current, pending });
  const make = async (): Promise<AgentAssistanceRequest> => {
    try {
      return (await server.request(body, pending.idempotencyKey)).body;
    } catch (error) {
      const open = existingRequestOf(error);
      if (open === undefined) throw error;
      return (await server.read(open)).body;
    }
  };
  try {
    const request = await patiently(make, { clock, random });
    await file.write({ current: { id: request.id, deviceId, state: request.state }, pending: undefined });
    return request;
  } catch (error) {
    if (isRefusal(error)) await file.write({ current, pending: undefined });
    throw error;
  }
};
