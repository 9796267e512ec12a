/** What an admin sees at a glance: who waits for help and since when, what is wrong, what is under way. */
import { CONNECTOR_NAMES } from '../api/assistance.ts';
import { COUNTED, MOST_COUNTED, type Overview } from '../api/overview.ts';
import { type Clock, isoMember } from '../clock.ts';
import { statusOf } from '../connectors/registry.ts';
import type { OverviewSources } from './ports.ts';

/** To be known as more than what is said, something is counted this far. */
const ENOUGH = MOST_COUNTED + 1;

export const readOverview = async (sources: OverviewSources, clock: Clock): Promise<Overview> => {
  const now = clock();
  const [pending, alerts, openTasks, deviceCount, registry] = await Promise.all([
    sources.pendingRequests(now, ENOUGH),
    sources.activeAlerts(now, ENOUGH),
    sources.openTasks(ENOUGH),
    sources.deviceCount(),
    sources.connectors(),
  ]);
  const found: Readonly<Record<(typeof COUNTED)[number], number>> = {
    pendingRequests: pending.count,
    openTasks,
    'activeAlerts.info': alerts.info,
    'activeAlerts.warning': alerts.warning,
    'activeAlerts.critical': alerts.critical,
  };
  const more = COUNTED.filter((name) => found[name] > MOST_COUNTED);
  const said = (count: number): number => Math.min(count, MOST_COUNTED);
  return {
    pendingRequests: said(pending.count),
    ...isoMember('oldestPendingAt', pending.oldestAt),
    activeAlerts: { info: said(alerts.info), warning: said(alerts.warning), critical: said(alerts.critical) },
    openTasks: said(openTasks),
    ...(more.length > 0 && { more }),
    deviceCount,
    connectors: CONNECTOR_NAMES.map((name) => {
      const { problem } = registry.connectors[name];
      return { name, status: statusOf(registry.connectors[name], now), ...(problem && { problem: problem.text }) };
    }),
  };
};
