/** What may happen next: callers, agents, time, and the stack's own consumers, each at its worst. */
import fc from 'fast-check';
import { any, choices, crash, named, sometimes, weighted } from './arbitraries.ts';

const order = fc.record({
  do: fc.constant('order' as const),
  devices: fc.subarray([0, 1, 2, 3], { minLength: 1 }),
  startsInMinutes: sometimes(3, fc.integer({ min: 1, max: 30 })),
  deliverWithinMinutes: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 30, max: 240 })),
  graceSeconds: fc.integer({ min: 0, max: 600 }),
  maxPostponements: fc.nat(2),
  mayReject: fc.boolean(),
  maxPerMinute: sometimes(4, fc.integer({ min: 1, max: 3 })),
  abortAfterFailures: sometimes(4, fc.integer({ min: 1, max: 2 })),
  crash,
});

/** Done by another machine with the same credential: its disk is a copy. */
const isCopy = sometimes(5, fc.constant(true));

export const step = fc.oneof(
  weighted(2, order),
  weighted(
    8,
    fc.record({
      do: named('relay', 'jobs'),
      choices,
      crash,
    }),
  ),
  weighted(1, fc.record({ do: named('relayAgain', 'jobsAgain'), count: fc.nat(6) })),
  weighted(3, fc.record({ do: named('wait'), minutes: fc.oneof(weighted(5, fc.nat(4)), weighted(1, fc.nat(150))) })),
  weighted(3, fc.record({ do: named('sweep'), crash })),
  weighted(7, fc.record({ do: named('poll'), device: any, isCopy, crash })),
  weighted(7, fc.record({ do: named('ack'), device: any, receipt: sometimes(2, any), isCopy, crash })),
  weighted(2, fc.record({ do: named('reboot'), device: any, isCopy })),
  weighted(2, fc.record({ do: named('postpone'), task: any, minutes: fc.integer({ min: 1, max: 20 }), crash })),
  weighted(
    3,
    fc.record({
      do: named('report'),
      task: any,
      result: named('succeeded', 'failed', 'rejected', 'canceled'),
      isCopy,
      crash,
    }),
  ),
  weighted(
    2,
    fc.record({
      do: named('round'),
      device: fc.nat(1),
      isCanceled: sometimes(3, fc.constant(true)),
      end: named('back', 'back', 'away', 'away', 'failed', 'rejected', 'canceled', 'putOff', 'retire'),
    }),
  ),
  weighted(1, fc.record({ do: named('undelivered'), message: any, crash })),
  weighted(2, fc.record({ do: named('cancelTask', 'cancelJob', 'retry'), which: any, crash })),
  weighted(1, fc.record({ do: named('strike'), records: fc.nat(8) })),
  weighted(
    2,
    fc.record({ do: named('burst'), which: any, delays: fc.array(fc.nat(12), { minLength: 4, maxLength: 4 }) }),
  ),
  weighted(1, fc.record({ do: named('retire'), device: any, odds: fc.nat(9), crash })),
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
