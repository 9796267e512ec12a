/**
 * The outbox under fire: many creates while each step of what follows from them crashes now and then or is throttled.
 * What consumers saw, without what they saw twice, must be what was committed.
 */
import assert from 'node:assert/strict';
import { createEnrollmentToken, enroll } from '../../lib/api/devices.ts';
import { entityChange } from '../../lib/aws/entity-change.ts';
import { eventId } from '../../lib/events/model.ts';
import { consequencesOf } from '../../lib/relay.ts';
import { type Interceptor, NO_REPLY, refuse } from '../../local/aws/call.ts';
import type { Bench } from './bench.ts';
import { markNow } from './judge.ts';
import { randomFrom } from './plan.ts';
import { startWalk } from './walk.ts';

const CRASHES = 0.01;
const THROTTLES = 0.02;

/** Creates that are under way at the same time. */
const AT_ONCE = 8;

export type Fire = { crashes: number; throttles: number };

/** Each call of a function of the product crashes it before or after, or is throttled, as often as that. */
const underFire = ({ stack }: Bench, random: () => number): { fire: Fire; stop: () => void } => {
  const fire = { crashes: 0, throttles: 0 };
  const arns = new Map([...stack.model.functions.values()].map(({ name, arn }) => [name, arn]));
  const interceptor: Interceptor = async ({ caller, service }, proceed) => {
    const arn = arns.get(caller.name);
    const drawn = random();
    if (arn === undefined || drawn >= CRASHES + THROTTLES) return undefined;
    if (drawn >= CRASHES) {
      fire.throttles += 1;
      return refuse(service, service === 'sns' ? 'Throttled' : 'ThrottlingException', 'Rate exceeded');
    }
    fire.crashes += 1;
    if (drawn < CRASHES / 2) await proceed();
    await stack.crash(arn);
    return NO_REPLY;
  };
  stack.interceptors.push(interceptor);
  return { fire, stop: () => void stack.interceptors.splice(stack.interceptors.indexOf(interceptor), 1) };
};

export type OutboxResult = Fire & { committed: number; seen: number; deliveries: number };

/** Enrols so many devices. @throws AssertionError where the consumers saw anything else than what was committed */
export const outboxHolds = async (bench: Bench, creates: number, seed: number): Promise<OutboxResult> => {
  const walk = startWalk(bench);
  await markNow(bench);
  const token = walk.must(await walk.as('admin', createEnrollmentToken, { body: { maxUses: creates } })).body.token;
  const { fire, stop } = underFire(bench, randomFrom(seed));
  let left = creates;
  const enrolOn = async (): Promise<void> => {
    for (; left > 0; ) {
      left -= 1;
      const device = { name: `outbox-${left}`, platform: 'linux', agentVersion: '1.0.0' } as const;
      await walk.anybody(enroll, { body: { enrollmentToken: token, ...device } });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, enrolOn));
  await bench.stack.settle(30 * 60_000);
  stop();
  const changes = (await bench.committed()).flatMap(({ before, after }) => entityChange(before, after) ?? []);
  const committed = new Set(changes.flatMap((change) => consequencesOf(change).events.map(eventId)));
  const deliveries = (await bench.delivered()).map(eventId);
  const seen = new Set(deliveries);
  assert.equal(committed.size, creates, 'committed');
  assert.deepEqual(
    [...committed].filter((id) => !seen.has(id)),
    [],
    'committed and never seen',
  );
  assert.deepEqual(
    [...seen].filter((id) => !committed.has(id)),
    [],
    'seen and never committed',
  );
  return { ...fire, committed: committed.size, seen: seen.size, deliveries: deliveries.length };
};
