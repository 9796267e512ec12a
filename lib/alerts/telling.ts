/**
 * Tells the admins of an alert's change, once for each channel. Whoever saves the change has claimed the telling with
 * it, and notes each channel that is told. A second delivery of the same event, at the same moment or later, finds the
 * claim and leaves it. Who dies in between leaves a claim that ends: then the sweep takes it over. So all channels are
 * told, and one is told twice only if somebody died after telling it and before noting that.
 */
import type { Clock } from '../clock.ts';
import { ConcurrentChange, retryOnConcurrentChange } from '../concurrency.ts';
import type { Id } from '../ids.ts';
import { CLAIM_MS } from './alert.ts';
import type { Alert, Channel, Notice } from './model.ts';
import type { AlertRepository, Channels } from './ports.ts';

export type TellingDeps = { alerts: AlertRepository; channels: Channels; clock: Clock };

/** Changes what is left to be told, unless that is something else by now. */
const settle = (
  { alerts }: TellingDeps,
  { id, notice }: Alert,
  change: (kept: Alert, notice: Notice) => Alert,
): Promise<void> =>
  retryOnConcurrentChange(async () => {
    const kept = await alerts.find(id);
    if (!kept?.notice || kept.notice.version !== notice?.version) return;
    await alerts.save(kept, { ...change(kept, kept.notice), version: kept.version + 1 });
  });

const noteTold = (deps: TellingDeps, alert: Alert, channel: Channel): Promise<void> =>
  settle(deps, alert, ({ notice: _, ...kept }, notice) => {
    const left = notice.left.filter((other) => other !== channel);
    return { ...kept, ...(left.length > 0 ? { notice: { ...notice, left } } : { notifiedAt: deps.clock() }) };
  });

/** For who could not tell, and lives to say so: another try need not wait. */
const letGo = (deps: TellingDeps, alert: Alert): Promise<void> =>
  settle(deps, alert, (kept, notice) => ({ ...kept, notice: { ...notice, claimedUntil: deps.clock() } }));

/** Tells of an alert that the caller has saved with its notice, if it has one. */
export const tellClaimed = async (deps: TellingDeps, alert: Alert): Promise<void> => {
  for (const channel of alert.notice?.left ?? []) {
    try {
      await deps.channels[channel].notify(alert);
    } catch (error) {
      // Where even that fails, the claim ends by itself.
      await letGo(deps, alert).catch(() => undefined);
      throw error;
    }
    await noteTold(deps, alert, channel);
  }
};

/** @returns whether there was something to tell that nobody is telling */
export const tellUnclaimed = async (deps: TellingDeps, id: Id): Promise<boolean> => {
  const kept = await deps.alerts.find(id);
  if (!kept?.notice || deps.clock() < kept.notice.claimedUntil) return false;
  const notice = { ...kept.notice, claimedUntil: deps.clock() + CLAIM_MS };
  const claimed = { ...kept, version: kept.version + 1, notice };
  try {
    await deps.alerts.save(kept, claimed);
  } catch (error) {
    if (error instanceof ConcurrentChange) return false;
    throw error;
  }
  await tellClaimed(deps, claimed);
  return true;
};
