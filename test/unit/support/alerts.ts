/** Alerts in memory, and a notifier that only notes whom it would tell what. */
import type { Alert } from '../../../lib/alerts/model.ts';
import type { AlertRepository, Notifier } from '../../../lib/alerts/ports.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import { pageOf, type Store } from './store.ts';

export const alertsIn = (store: Store): AlertRepository => ({
  find: async (id) => store.alerts.get(id),
  list: async ({ state, ...page }) => {
    const all = [...store.alerts.values()].filter((alert) => state === undefined || alert.state === state);
    return pageOf(all, page, (alert) => `${alert.raisedAt}#${alert.id}`, 'descending');
  },
  create: async (alert) => {
    if (!store.alerts.has(alert.id)) store.alerts.set(alert.id, alert);
  },
  save: async (before, after) => {
    const kept = store.alerts.get(before.id);
    if (kept?.state !== before.state || (kept.notifiedAt === undefined) !== (before.notifiedAt === undefined)) {
      throw new ConcurrentChange('in memory');
    }
    store.alerts.set(after.id, after);
  },
  markNotified: async (id, now) => {
    const alert = store.alerts.get(id);
    if (alert) store.alerts.set(id, { ...alert, notifiedAt: now });
  },
});

export const notingNotifier = (): Notifier & { told: Alert[] } => {
  const told: Alert[] = [];
  return { told, notify: async (alert) => void told.push(alert) };
};
