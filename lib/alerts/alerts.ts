/** Raising, resolving and acknowledging alerts. */

import type { Actor } from '../actor.ts';
import { invalidState, notFound } from '../api/problem.ts';
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import type { DomainEvent } from '../events/model.ts';
import type { Id } from '../ids.ts';
import type { Alert } from './model.ts';
import type { AlertRepository, Notifier } from './ports.ts';
import { alertEffects } from './rules.ts';

export type AlertDeps = { alerts: AlertRepository; notifier: Notifier; clock: Clock };

/** Tells of an alert once: a delivery that died between telling and noting that may tell twice, never not at all. */
const raise = async ({ alerts, notifier, clock }: AlertDeps, alert: Alert): Promise<void> => {
  await alerts.create(alert);
  const kept = await alerts.find(alert.id);
  if (!kept || kept.notifiedAt !== undefined || kept.state === 'resolved') return;
  await notifier.notify(kept);
  await alerts.markNotified(kept.id, clock());
};

/** Where the event overtook the one that raises the alert, the alert is created as resolved. */
const resolve = ({ alerts }: AlertDeps, alert: Alert): Promise<void> =>
  retryOnConcurrentChange(async () => {
    const resolved = { state: 'resolved', resolvedAt: alert.raisedAt } as const;
    await alerts.create({ ...alert, ...resolved });
    const kept = await alerts.find(alert.id);
    if (kept && kept.state !== 'resolved') await alerts.save(kept, { ...kept, ...resolved });
  });

/** Does what the event asks for. The same event again changes nothing. */
export const handleAlertEvent = async (deps: AlertDeps, event: DomainEvent): Promise<void> => {
  const effects = alertEffects(event);
  if (effects.resolve) await resolve(deps, effects.resolve);
  if (effects.raise) await raise(deps, effects.raise);
};

/**
 * Taking on an alert that is acknowledged already changes nothing.
 * @throws ProblemError `not_found`; `invalid_state` once it is resolved
 */
export const acknowledgeAlert = (
  { alerts, clock }: Omit<AlertDeps, 'notifier'>,
  id: Id,
  actor: Actor,
): Promise<Alert> =>
  retryOnConcurrentChange(async () => {
    const before = await alerts.find(id);
    if (!before) throw notFound('alert');
    if (before.state === 'acknowledged') return before;
    if (before.state === 'resolved') throw invalidState('The alert is resolved.', before.state);
    const after: Alert = { ...before, state: 'acknowledged', acknowledgedBy: actor.name, acknowledgedAt: clock() };
    await alerts.save(before, after);
    return after;
  });
