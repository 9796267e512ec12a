/** The part of an update of a device's record that counts what the device has spent of its allowance. */
import type { Spending } from '../devices/allowance.ts';

type Counter = 'requestsSpent' | 'rotationsSpent' | 'sightingsSpent';

/** To go into an update's `SET`, its condition and its values. */
export const spendingOf = (
  counter: Counter,
  { before, after }: Spending,
): { set: string; condition: string; values: Record<string, unknown> } => ({
  set: `${counter} = :spent`,
  condition: before
    ? `(${counter}.startedAt = :spentSince AND ${counter}.uses = :spentUses)`
    : `attribute_not_exists(${counter})`,
  values: { ':spent': after, ...(before && { ':spentSince': before.startedAt, ':spentUses': before.uses }) },
});
