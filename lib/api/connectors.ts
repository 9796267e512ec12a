/** Connectors: the remote-control providers and where each stands. */
import * as z from 'zod/mini';
import { CONNECTOR_NAMES } from './assistance.ts';
import { timestamp } from './common.ts';
import type { Operation } from './operation.ts';

export const connector = () =>
  z.object({
    name: z.enum(CONNECTOR_NAMES),
    status: z.enum(['notOnboarded', 'onboarding', 'onboarded']),
    default: z.boolean(),
    lastConnectionAt: z.optional(timestamp()),
    problem: z.optional(z.string()),
  });
export type Connector = z.infer<ReturnType<typeof connector>>;

const tag = 'Connectors';

export const listConnectors = {
  id: 'listConnectors',
  method: 'GET',
  path: '/v1/connectors',
  caller: 'viewer',
  function: 'admin-connectors',
  tag,
  summary: 'The connectors and their status.',
  answers: () => ({ 200: z.object({ items: z.array(connector()) }) }),
} as const satisfies Operation;

export const getConnector = {
  id: 'getConnector',
  method: 'GET',
  path: '/v1/connectors/{name}',
  caller: 'viewer',
  function: 'admin-connectors',
  tag,
  summary: 'One connector.',
  answers: () => ({ 200: connector() }),
} as const satisfies Operation;
