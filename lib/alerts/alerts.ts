/** Raising, resolving and acknowledging alerts. */

import type { Actor } from '../actor.ts';
import { invalidState, notFound } from '../api/problem.ts';
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import type { DomainEvent } from '../events/model.ts';
import type { Id } from '../ids.ts';
import { acknowledge, overtaken, raise, resolve } from './alert.ts';
import type { Alert } from './model.ts';
import { type AlertRepository, CauseGone } from './ports.ts';
import { alertEffects, CAUSES, type Effects } from './rules.ts';
import { type TellingDeps, tellClaimed, tellUnclaimed } from './telling.ts';

/** Applies a rule, which gives nothing where nothing changes, and tells the admins what there is to tell. */
const change = async (
  deps: TellingDeps,
  id: Id,
  rule: (kept: Alert | undefined) => Alert | undefined,
): Promise<void> => {
  const saved = await retryOnConcurrentChange(async () => {
    const kept = await deps.alerts.find(id);
    const after = rule(kept);
    if (after) await deps.alerts.save(kept, after);
    return after;
  });
  if (saved) await tellClaimed(deps, saved);
  else await tellUnclaimed(deps, id);
};

const raiseAlert = async (deps: TellingDeps, alert: Alert): Promise<void> => {
  try {
    await change(deps, alert.id, (kept) => raise(kept, alert, deps.clock()));
  } catch (error) {
    if (!(error instanceof CauseGone)) throw error;
    const resolution = { at: alert.raisedAt, words: 'its cause was gone by then' };
    await change(deps, alert.id, (kept) => (kept ? undefined : overtaken(alert, resolution)));
  }
};

/** Notes first that the cause is gone, so that an alert which is raised meanwhile is either found here or refused there. */
const clear = async (deps: TellingDeps, { clear: cleared, resolution }: Effects): Promise<void> => {
  if (!cleared) return;
  const { deviceId, causes, at } = cleared;
  for (const cause of causes) await deps.alerts.clear(deviceId, cause, at);
  const isOver = ({ kind, raisedAt }: Alert): boolean => {
    const cause = CAUSES[kind];
    return cause !== undefined && causes.includes(cause) && raisedAt <= at;
  };
  for (const id of await deps.alerts.unresolved(deviceId)) {
    await change(deps, id, (kept) => (kept && isOver(kept) ? resolve(kept, resolution, deps.clock()) : undefined));
  }
};

/** Does what the event asks for. The same event again changes nothing. */
export const handleAlertEvent = async (deps: TellingDeps, event: DomainEvent): Promise<void> => {
  const effects = alertEffects(event);
  for (const alert of effects.resolve) {
    await change(deps, alert.id, (kept) => (kept ? resolve(kept, effects.resolution, deps.clock()) : alert));
  }
  await clear(deps, effects);
  if (effects.raise) await raiseAlert(deps, effects.raise);
};

/** @throws ProblemError `not_found` */
export const getAlert = async (alerts: Pick<AlertRepository, 'find'>, id: Id): Promise<Alert> => {
  const alert = await alerts.find(id);
  if (!alert) throw notFound('alert');
  return alert;
};

/**
 * Taking on an alert that is acknowledged already changes nothing.
 * @throws ProblemError `not_found`; `invalid_state` once it is resolved
 */
export const acknowledgeAlert = (
  { alerts, clock }: { alerts: Pick<AlertRepository, 'find' | 'save'>; clock: Clock },
  id: Id,
  actor: Actor,
): Promise<Alert> =>
  retryOnConcurrentChange(async () => {
    const before = await getAlert(alerts, id);
    if (before.state === 'acknowledged') return before;
    if (before.state === 'resolved') throw invalidState('The alert is resolved.', before.state);
    const after = acknowledge(before, actor, clock());
    await alerts.save(before, after);
    return after;
  });
