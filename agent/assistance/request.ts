/** Asking for help, so that an answer that was lost does not make a second request. */
import type { AgentAssistanceRequest } from '../../lib/api/assistance.ts';
import type { Clock } from '../clock.ts';
import { patiently } from '../patiently.ts';
import type { AssistanceServer } from '../server.ts';
import { isRefusal } from '../server.ts';
import { pendingCall } from '../state/pending-call.ts';
import type { RequestFile } from '../state/request-file.ts';

export type RequestPorts = {
  server: Pick<AssistanceServer, 'request'>;
  file: RequestFile;
  clock: Pick<Clock, 'now' | 'sleep'>;
  random: () => number;
  deviceId: string;
};

/** @throws ApiError when the server refuses, as it does while another request of this device is open */
export const requestHelp = async (
  { server, file, clock, random, deviceId }: RequestPorts,
  body: Parameters<AssistanceServer['request']>[0],
): Promise<AgentAssistanceRequest> => {
  const before = await file.read();
  const current = before?.current;
  const pending = pendingCall(before?.pending, [deviceId, body], clock.now());
  await file.write({ current, pending });
  try {
    const { body: request } = await patiently(() => server.request(body, pending.idempotencyKey), { clock, random });
    await file.write({ current: { id: request.id, deviceId, state: request.state }, pending: undefined });
    return request;
  } catch (error) {
    if (isRefusal(error)) await file.write({ current, pending: undefined });
    throw error;
  }
};
