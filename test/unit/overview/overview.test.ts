import { describe, expect, it } from 'vitest';
import type { Registry } from '../../../lib/connectors/model.ts';
import { readOverview } from '../../../lib/overview/overview.ts';
import type { OverviewSources } from '../../../lib/overview/ports.ts';
import { T0 } from '../support/time.ts';

const REGISTRY: Registry = {
  version: 1,
  changedAt: T0,
  defaultName: 'rustdesk',
  connectors: {
    teamviewer: { onboarded: true, problem: { text: 'Sign in again.', since: T0 } },
    rustdesk: { onboarded: false },
  },
};

/** Sources that have `counts` of each and, as real ones, count no further than they are asked to. */
const sourcesWith = (counts: { pending: number; info: number; critical: number; tasks: number }): OverviewSources => ({
  pendingRequests: async (_, most) => ({
    count: Math.min(counts.pending, most),
    ...(counts.pending > 0 && { oldestAt: T0 - 1 }),
  }),
  activeAlerts: async (_, most) => ({
    info: Math.min(counts.info, most),
    warning: 0,
    critical: Math.min(counts.critical, most),
  }),
  openTasks: async (most) => Math.min(counts.tasks, most),
  deviceCount: async () => 123_456,
  connectors: async () => REGISTRY,
});

const overviewOf = (counts: Parameters<typeof sourcesWith>[0]) => readOverview(sourcesWith(counts), () => T0);

describe('the overview', () => {
  it('says that nothing waits', async () => {
    expect(await overviewOf({ pending: 0, info: 0, critical: 0, tasks: 0 })).toEqual({
      pendingRequests: 0,
      activeAlerts: { info: 0, warning: 0, critical: 0 },
      openTasks: 0,
      deviceCount: 123_456,
      connectors: [
        { name: 'teamviewer', status: 'onboarded', problem: 'Sign in again.' },
        { name: 'rustdesk', status: 'notOnboarded' },
      ],
    });
  });

  it('says since when the first request waits', async () => {
    const { oldestPendingAt, pendingRequests } = await overviewOf({ pending: 2, info: 0, critical: 0, tasks: 0 });
    expect({ oldestPendingAt, pendingRequests }).toEqual({
      oldestPendingAt: new Date(T0 - 1).toISOString(),
      pendingRequests: 2,
    });
  });

  it('is exact up to 99, and says of what there is more', async () => {
    const exact = await overviewOf({ pending: 99, info: 99, critical: 99, tasks: 99 });
    expect(exact).toMatchObject({ pendingRequests: 99, activeAlerts: { info: 99, critical: 99 }, openTasks: 99 });
    expect(exact).not.toHaveProperty('more');
    const many = await overviewOf({ pending: 100, info: 99, critical: 5000, tasks: 100_000 });
    expect(many).toMatchObject({ pendingRequests: 99, activeAlerts: { info: 99, critical: 99 }, openTasks: 99 });
    expect(many.more).toEqual(['pendingRequests', 'openTasks', 'activeAlerts.critical']);
  });
});
