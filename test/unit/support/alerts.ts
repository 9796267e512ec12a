/** Alerts in memory, and channels that only note whom they would tell what. */
import { type Alert, CHANNELS, type Channel } from '../../../lib/alerts/model.ts';
import { type AlertRepository, CauseGone, type Channels } from '../../../lib/alerts/ports.ts';
import { CAUSES } from '../../../lib/alerts/rules.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import { inOrder, pageOf, type Store } from './store.ts';

const dueAt = ({ state, notice, resolvesAt }: Alert) =>
  Math.min(
    notice?.claimedUntil ?? Number.POSITIVE_INFINITY,
    state === 'resolved' ? Number.POSITIVE_INFINITY : (resolvesAt ?? Number.POSITIVE_INFINITY),
  );

export const alertsIn = (store: Store): AlertRepository => ({
  find: async (id) => store.alerts.get(id),
  list: async ({ state, ...page }) => {
    const all = [...store.alerts.values()].filter((alert) => state === undefined || alert.state === state);
    return pageOf(all, page, (alert) => `${alert.raisedAt}#${alert.id}`, 'descending');
  },
  save: async (before, after) => {
    if (store.alerts.get(after.id)?.version !== before?.version) throw new ConcurrentChange('in memory');
    const clearedAt = store.cleared.get(`${after.deviceId} ${CAUSES[after.kind]}`);
    if (!before && after.state !== 'resolved' && clearedAt !== undefined && clearedAt >= after.raisedAt) {
      throw new CauseGone('in memory');
    }
    store.alerts.set(after.id, after);
  },
  clear: async (deviceId, cause, at) => {
    const key = `${deviceId} ${cause}`;
    store.cleared.set(key, Math.max(at, store.cleared.get(key) ?? 0));
  },
  unresolved: async (deviceId) =>
    [...store.alerts.values()]
      .filter((alert) => alert.deviceId === deviceId && CAUSES[alert.kind] && alert.state !== 'resolved')
      .map(({ id }) => id),
  due: async function* (now) {
    for await (const { id } of inOrder(store.alerts.values(), dueAt, now)) yield id;
  },
});

export type NotingChannels = Channels & { told: { channel: Channel; alert: Alert }[] };

export const notingChannels = (): NotingChannels => {
  const told: NotingChannels['told'] = [];
  const noting = (channel: Channel) => ({ notify: async (alert: Alert) => void told.push({ channel, alert }) });
  return { told, topic: noting('topic'), bus: noting('bus') };
};

/** How often each channel was told. */
export const tellings = ({ told }: NotingChannels): number[] =>
  CHANNELS.map((channel) => told.filter((telling) => telling.channel === channel).length);
