/** The endpoints that only the local stack has, by its URL: for whoever measures a stack from outside. */
import type { WorkerMemory } from '../../local/functions/invoker.ts';

export type CallCount = { readonly function: string; readonly service: string; readonly action: string; count: number };

const control = async <T>(url: string, method: string, path: string, body?: object): Promise<T> => {
  const response = await fetch(`${url}/__local/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} /__local/${path}: ${response.status} ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
};

export const adminToken = async (url: string): Promise<string> =>
  (await control<{ token: string }>(url, 'POST', 'token', { roles: ['admin'] })).token;

/** Resolves when nothing is under way behind the API any more. @param timeoutSeconds by default half a minute */
export const settle = (url: string, timeoutSeconds?: number): Promise<void> =>
  control(url, 'POST', 'settle', { ...(timeoutSeconds !== undefined && { timeoutSeconds }) });

export const sweep = (url: string): Promise<void> => control(url, 'POST', 'sweep');

/** Moves the functions' clock forward. */
export const advanceClock = (url: string, advanceMinutes: number): Promise<{ now: string }> =>
  control(url, 'POST', 'clock', { advanceMinutes });

export const clearCalls = (url: string): Promise<void> => control(url, 'DELETE', 'calls');

export const callsBy = async (url: string, name: string): Promise<CallCount[]> =>
  (await control<{ items: CallCount[] }>(url, 'GET', `calls?function=${name}`)).items;

export const allCalls = async (url: string): Promise<CallCount[]> =>
  (await control<{ items: CallCount[] }>(url, 'GET', 'calls')).items;

/** Each worker's heap after a garbage collection. */
export const workerMemory = async (url: string): Promise<WorkerMemory[]> =>
  (await control<{ items: WorkerMemory[] }>(url, 'GET', 'memory')).items;
