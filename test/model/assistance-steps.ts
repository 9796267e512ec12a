/** What may happen next: people, admins, providers, time, and the stack's own consumers, each at its worst. */
import fc from 'fast-check';
import type { Actor } from '../../lib/actor.ts';
import { ANNA, BEN } from '../unit/support/fixtures.ts';
import { any, choices, crash, named, sometimes, weighted } from './arbitraries.ts';
import { ANSWERS, type AnswerName } from './assistance-spec.ts';
import type { Fault } from './assistance-system.ts';

/** Only a call that was not answered may have had its effect. */
const FAILURES: readonly Omit<Fault, 'calls'>[] = [
  { kind: 'unavailable', moment: 'after' },
  { kind: 'unavailable', moment: 'after' },
  { kind: 'unavailable', moment: 'before' },
  { kind: 'rateLimited', moment: 'before' },
  { kind: 'refused', moment: 'before' },
  { kind: 'accessLost', moment: 'before' },
];

const fault = sometimes(
  6,
  fc
    .record({ how: fc.constantFrom(...FAILURES), calls: fc.constantFrom('open', 'others', 'all') })
    .map(({ how, calls }): Fault => ({ ...how, calls })),
);

const by = fc.constantFrom('anna', 'ben');
const answerName = fc.constantFrom(...(Object.keys(ANSWERS) as AnswerName[]));
const consumer = fc.constantFrom('relay', 'alerts', 'closing');

const approve = {
  do: fc.constant('approve' as const),
  request: any,
  by,
  connector: fc.constantFrom('teamviewer', 'teamviewer', 'teamviewer', 'rustdesk'),
  fault,
  crash,
};
const answer = fc.record({ do: named('answer'), request: any, what: answerName, by, isStranger: fc.boolean(), crash });
const wait = fc.record({
  do: named('wait'),
  ms: fc.oneof(
    weighted(3, fc.integer({ min: 1, max: 29_999 })),
    weighted(
      3,
      fc.integer({ min: 1, max: 20 }).map((minutes) => minutes * 60_000),
    ),
    weighted(
      1,
      fc.integer({ min: 1, max: 150 }).map((minutes) => minutes * 60_000),
    ),
  ),
});
/** To a moment at which something changes by itself, the millisecond before it or after it. */
const waitFor = fc.record({ do: named('waitFor'), moment: any, offset: fc.constantFrom(-1, 0, 0, 1) });
const sweep = fc.record({ do: named('sweep'), crash, fault });
const retire = fc.record({ do: named('retire'), device: any, odds: fc.nat(9), crash });

/** What others do while a provider opens a session. */
const meanwhile = fc.record({
  moment: fc.constantFrom('before', 'after'),
  steps: fc.array(
    fc.oneof(
      weighted(3, answer),
      weighted(3, fc.record({ ...approve, meanwhile: fc.constant(undefined) })),
      weighted(1, wait),
      weighted(1, waitFor),
      weighted(1, sweep),
      weighted(1, retire),
    ),
    { minLength: 1, maxLength: 3 },
  ),
});

export const step = fc.oneof(
  weighted(5, fc.record({ do: named('ask'), device: any, crash })),
  weighted(6, fc.record({ ...approve, meanwhile: sometimes(3, meanwhile) })),
  weighted(9, answer),
  weighted(3, wait),
  weighted(2, waitFor),
  weighted(3, sweep),
  weighted(7, fc.record({ do: named('consume'), consumer, choices, crash, fault })),
  weighted(1, fc.record({ do: named('consumeAgain'), consumer, count: fc.nat(6) })),
  weighted(1, fc.record({ do: named('sweepAlerts'), crash })),
  weighted(1, fc.record({ do: named('acknowledgeAlert'), alert: any, crash })),
  weighted(1, fc.record({ do: named('deleteByTable'), request: any })),
  weighted(2, fc.record({ do: named('endAtProvider'), request: any })),
  weighted(1, fc.record({ do: named('onboard'), isOnboarded: fc.boolean() })),
  weighted(1, fc.record({ do: named('idle'), minutes: fc.integer({ min: 5, max: 20 }) })),
  weighted(2, fc.record({ do: named('round'), device: any, end: named('adminEnd', 'userEnd', 'provider', 'retire') })),
  weighted(1, retire),
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

export const actorOf = (name: 'anna' | 'ben'): Actor => (name === 'anna' ? ANNA : BEN);
