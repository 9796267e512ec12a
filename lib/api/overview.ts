/** The overview: what waits for an admin now, in one small answer that may be asked for every few seconds. */
import * as z from 'zod/mini';
import type { SEVERITIES } from './alerts.ts';
import { described, timestamp } from './common.ts';
import { connector } from './connectors.ts';
import { resource } from './named.ts';
import type { Operation } from './operation.ts';

/** Up to here counts are exact. */
export const MOST_COUNTED = 99;

/** What is counted, as `more` names it. */
export const COUNTED = [
  'pendingRequests',
  'openTasks',
  'activeAlerts.info',
  'activeAlerts.warning',
  'activeAlerts.critical',
] as const satisfies readonly ('pendingRequests' | 'openTasks' | `activeAlerts.${(typeof SEVERITIES)[number]}`)[];

const count = () => z.int().check(z.gte(0), z.lte(MOST_COUNTED));

export const overview = () =>
  resource('Overview', {
    pendingRequests: described('Requests for help that nobody has answered.', count()),
    oldestPendingAt: described('Since when the first of them waits.', z.optional(timestamp())),
    activeAlerts: described(
      'Alerts that nobody has taken on, by severity.',
      z.object({ info: count(), warning: count(), critical: count() }),
    ),
    openTasks: described('Restart tasks under way.', count()),
    more: described(
      `Of these there are more than the ${MOST_COUNTED} that are said. Absent where there are of none.`,
      z.optional(z.array(z.enum(COUNTED))),
    ),
    deviceCount: described('Devices in service, exactly.', z.int()),
    connectors: z.array(z.pick(connector(), { name: true, status: true, problem: true })),
  });
export type Overview = z.infer<ReturnType<typeof overview>>;

export const getOverview = {
  id: 'getOverview',
  method: 'GET',
  path: '/v1/overview',
  caller: 'viewer',
  function: 'admin-overview',
  tag: 'Overview',
  summary: 'What waits for an admin now. Its cost does not grow with the fleet, nor with what waits.',
  answers: () => ({ 200: overview() }),
  conditional: true,
} as const satisfies Operation;
