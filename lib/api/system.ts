/** What anybody may read: health, and this contract as an OpenAPI document. */
import * as z from 'zod/mini';
import type { Operation } from './operation.ts';

const tag = 'System';

export const getHealth = {
  id: 'getHealth',
  method: 'GET',
  path: '/v1/health',
  caller: 'none',
  function: 'public-system',
  tag,
  summary: 'Whether the API answers, and which version it is.',
  answers: () => ({ 200: z.object({ status: z.literal('ok'), version: z.string() }) }),
} as const satisfies Operation;

export const getOpenApi = {
  id: 'getOpenApi',
  method: 'GET',
  path: '/v1/openapi.json',
  caller: 'none',
  function: 'public-system',
  tag,
  summary: 'This contract as an OpenAPI 3.1 document.',
  answers: () => ({ 200: z.record(z.string(), z.unknown()) }),
} as const satisfies Operation;
