/** Waits until everything that follows from what was done so far has happened: the end of guessing in tests. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deliveries } from '../events/deliveries.ts';
import type { Invoker } from '../functions/invoker.ts';
import type { EventSource } from '../sources/source.ts';

/**
 * Resolves when nothing is in flight, with how many deliveries wait for a receiver outside the stack; throws
 * `NotSettled` after `timeoutMs`.
 */
export type Settle = (timeoutMs: number) => Promise<{ waiting: number }>;

export class NotSettled extends Error {
  override name = 'NotSettled';
}

/** How often it is looked at again. Looking wakes the sources, so this is no delay to them. */
const LOOK_EVERY_MS = 5;

export const createSettle =
  (invoker: Invoker, deliveries: Deliveries, sources: readonly EventSource[]): Settle =>
  async (timeoutMs) => {
    const until = performance.now() + timeoutMs;
    for (;;) {
      // One event leads to another: all is quiet only if nothing began while everything was looked at in turn.
      const before = invoker.started();
      const busy: string[] = [];
      for (const source of sources) if (!(await source.isIdle())) busy.push(source.name);
      if (deliveries.pending() > 0) busy.push(`${deliveries.pending()} deliveries`);
      if (invoker.inFlight() > 0) busy.push(`${invoker.inFlight()} invocations`);
      if (busy.length === 0 && invoker.started() === before) return { waiting: deliveries.waiting() };
      if (performance.now() > until) throw new NotSettled(`Still under way: ${busy.join(', ')}.`);
      await sleep(LOOK_EVERY_MS);
    }
  };
