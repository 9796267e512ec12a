/** What openapi-typescript makes of the document, used as somebody would who writes their own calls. */
import type { components, paths } from './types';

type Schemas = components['schemas'];
type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

export const waiting = ({ items }: Answer<'/v1/assistance-requests'>): string[] =>
  items.filter(({ state }) => state === 'pending').map(({ deviceName, message }) => `${deviceName}: ${message}`);

export const whatFailed = (task: Schemas['Task']): string | undefined => task.error?.message;

export const isGone = (problem: Schemas['Problem']): boolean => problem.code === 'expired';

/** Each of these is a component of its own, so that a program can say of what it keeps what it is. */
export type Kept = Schemas['Device'] | Schemas['Request'] | Schemas['Job'] | Schemas['Alert'] | Schemas['Group'];
