/** The part of an update of a device's record that counts what the device has spent of its allowance. */
import type { Spending, Spent } from '../devices/allowance.ts';

type Counter = 'requestsSpent' | 'rotationsSpent' | 'sightingsSpent';

type Values = Record<string, unknown>;

/** That nothing was spent since `before`: to go into an update's condition and its values. */
export const unspentSince = (counter: Counter, before: Spent | undefined): { condition: string; values: Values } =>
  before
    ? {
        condition: `(${counter}.startedAt = :spentSince AND ${counter}.uses = :spentUses)`,
        values: { ':spentSince': before.startedAt, ':spentUses': before.uses },
      }
    : { condition: `attribute_not_exists(${counter})`, values: {} };

/** To go into an update's `SET`, its condition and its values. */
export const spendingOf = (
  counter: Counter,
  { before, after }: Spending,
): { set: string; condition: string; values: Values } => {
  const { condition, values } = unspentSince(counter, before);
  return { set: `${counter} = :spent`, condition, values: { ...values, ':spent': after } };
};
