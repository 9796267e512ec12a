/** Connectors: the remote-control providers and where each stands. */
import * as z from 'zod/mini';
import { ConnectorName } from './assistance.ts';
import { Timestamp } from './common.ts';
import { operation } from './operation.ts';

export const Connector = z.object({
  name: ConnectorName,
  status: z.enum(['notOnboarded', 'onboarding', 'onboarded']),
  default: z.boolean(),
  lastConnectionAt: z.optional(Timestamp),
  problem: z.optional(z.string()),
});
export type Connector = z.infer<typeof Connector>;

const tag = 'Connectors';

export const listConnectors = operation({
  id: 'listConnectors',
  method: 'GET',
  path: '/v1/connectors',
  caller: 'viewer',
  function: 'admin-connectors',
  tag,
  summary: 'The connectors and their status.',
  answers: { 200: z.object({ items: z.array(Connector) }) },
});

export const getConnector = operation({
  id: 'getConnector',
  method: 'GET',
  path: '/v1/connectors/{name}',
  caller: 'viewer',
  function: 'admin-connectors',
  tag,
  summary: 'One connector.',
  answers: { 200: Connector },
});
