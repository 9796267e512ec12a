/** Which faults befall which calls: each site in turn, or all sites of a scenario at once. */
import { createHash } from 'node:crypto';
import type { Blow } from './cell.ts';
import { FAULTS, type Fault, faultsOf } from './fault.ts';
import { type Moment, siteOf } from './moments.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** What a run without faults found: how often each function called each action, by scenario. */
export type Recording = ReadonlyMap<Scenario, ReadonlyMap<string, number>>;

export type Cell = { readonly scenario: Scenario; readonly blow: Blow };

/** The same numbers for the same seed: mulberry32. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

const partsOf = (site: string): { function: string; action: string } => {
  const colon = site.lastIndexOf(':');
  return { function: site.slice(0, colon), action: site.slice(colon + 1) };
};

export const sitesOf = (recording: Recording): string[] =>
  [...new Set([...recording.values()].flatMap((calls) => [...calls.keys()]))].sort();

/** The shortest scenario that makes the call, and how often it does. */
const shortestWith = (recording: Recording, site: string): { scenario: Scenario; count: number } => {
  const sum = (calls: ReadonlyMap<string, number>) => [...calls.values()].reduce((total, count) => total + count, 0);
  const [first] = [...recording]
    .filter(([, calls]) => calls.has(site))
    .sort(([, a], [, b]) => sum(a) - sum(b))
    .map(([scenario, calls]) => ({ scenario, count: calls.get(site) ?? 0 }));
  if (!first) throw new Error(`no scenario calls ${site}`);
  return first;
};

const WRITES = /^(Put|Update|Delete|Transact|BatchWrite|Send|Create|Publish)/;

/** Every fault at each site's first call; at its last one too where it writes. */
export const inTurn = (recording: Recording): Cell[] =>
  sitesOf(recording).flatMap((site) => {
    const { scenario, count } = shortestWith(recording, site);
    const parts = partsOf(site);
    const moments = count > 1 && WRITES.test(parts.action) ? [1, count] : [1];
    return faultsOf(parts).flatMap((fault) =>
      moments.map((nth) => ({ scenario, blow: { moment: { ...parts, nth }, fault } })),
    );
  });

/** Each write of a scenario. */
const writesIn = (calls: ReadonlyMap<string, number>): Moment[] =>
  [...calls].flatMap(([site, count]) => {
    const parts = partsOf(site);
    return WRITES.test(parts.action)
      ? Array.from({ length: count }, (_, before) => ({ ...parts, nth: before + 1 }))
      : [];
  });

/** The function dies right after a write: each of its writes in each scenario, which leaves the most to be gone on with. */
export const deaths = (recording: Recording): Cell[] =>
  [...recording].flatMap(([scenario, calls]) =>
    writesIn(calls).map((moment): Cell => ({ scenario, blow: { moment, fault: 'killedAfter' } })),
  );

/** What Lambda is given an event for once: it tries again twice, and then keeps the event for a person to look at. */
const OF_EVENTS = /^events-(alerts|timeline|sessions)$/;

/** The same number for the same text, whatever was drawn before. */
const numberOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE();

/**
 * Says, when a site is first seen in a run, which fault befalls which of its calls. With each seed it is the next fault's
 * turn, so that as many seeds in a row as there are faults have each befall each site; only of a function that an event is
 * lost to after three failures, one site a run suffers.
 * @param calls how often each site is called where nothing fails; without it, its first call suffers or its second
 */
export const drawing = (seed: number, drawn: readonly Fault[] = FAULTS, calls?: ReadonlyMap<string, number>) => {
  const hit = new Set<string>();
  return (parts: Omit<Moment, 'nth'>): Blow | undefined => {
    const site = siteOf(parts);
    const ofIt = numberOf(`${seed} ${site}`);
    if (OF_EVENTS.test(parts.function) && (hit.has(parts.function) || ofIt % 5 < 2)) return undefined;
    hit.add(parts.function);
    const faults = faultsOf(parts).filter((fault) => drawn.includes(fault));
    const fault = faults[(numberOf(site) + seed) % faults.length];
    const among = calls ? (calls.get(site) ?? 1) : 2;
    return fault && { moment: { ...parts, nth: 1 + (ofIt % among) }, fault };
  };
};
