/** Rotating the credential: whatever is killed, lost or refused when, one that works is on the disk. */
import { beforeEach, describe, expect, test } from 'vitest';
import { keeping, readOnly } from '../../../agent/credential/credential.ts';
import { CredentialKeeper } from '../../../agent/credential/keeper.ts';
import { isRotationDue } from '../../../agent/credential/rotation.ts';
import { createServer } from '../../../agent/server.ts';
import type { DeviceState } from '../../../agent/state/device-file.ts';
import { problem } from './world.ts';

const DAY = 24 * 3_600_000;
const API = 'https://api.example.com';
const PROBE = 'GET /v1/agent/assistance-requests/req_00000000000000000000000000';
const ROTATE = 'POST /v1/agent/credentials/rotate';
const POLL = 'POST /v1/agent/poll';

const stateWith = (more: Partial<NonNullable<DeviceState['enrolled']>> = {}): DeviceState => ({
  enrolled: {
    apiUrl: API,
    deviceId: 'dev_1',
    deviceToken: 'T0',
    name: 'PC',
    enrolledAt: 0,
    next: undefined,
    rotating: undefined,
    rotatedAt: undefined,
    machine: undefined,
    hasOwnName: undefined,
    ...more,
  },
  pending: undefined,
  maxRestartsPerDay: 5,
});

/** As the server's own code says no. */
const refusal = (code: Parameters<typeof problem>[0]): Response => {
  const { problem: body, status } = problem(code);
  const headers = { 'content-type': 'application/problem+json', 'x-request-id': 'r' };
  return new Response(JSON.stringify(body), { status, headers });
};

type Fault = 'before' | 'after' | 401 | 503 | undefined;
type Kill = 'before' | 'after' | undefined;

/** The server's side of it, and the disk. A process that is killed hears nothing any more, and another one begins. */
class Site {
  now = 40 * DAY;
  disk: DeviceState = stateWith();
  current = 'T0';
  next: string | undefined;
  issued = 0;
  readonly keys = new Map<string, string>();
  readonly calls: string[] = [];
  readonly effects: string[] = [];
  kill: (effect: number) => Kill = () => undefined;
  fault: (call: number, route: string, token: string) => Fault = () => undefined;
  #process = 0;
  #died: () => void = () => undefined;

  async #effect<T>(process: number, name: string, act: () => T): Promise<T> {
    const never = new Promise<T>(() => undefined);
    if (process !== this.#process) return never;
    this.effects.push(name);
    const fate = this.kill(this.effects.length);
    const die = () => {
      this.#process++;
      this.#died();
      return never;
    };
    if (fate === 'before') return die();
    const result = act();
    return fate === 'after' ? die() : result;
  }

  #answer(route: string, token: string, key: string | null): Response {
    if (token === this.next) {
      this.current = token;
      this.next = undefined;
    }
    if (token !== this.current) return refusal('unauthenticated');
    if (route === ROTATE) {
      const known = key === null ? undefined : this.keys.get(key);
      if (known === undefined) this.next = `T${++this.issued}`;
      const deviceToken = known ?? this.next ?? '';
      if (key !== null) this.keys.set(key, deviceToken);
      return Response.json({ deviceToken }, { status: 201 });
    }
    return route === POLL
      ? new Response(null, { status: 204, headers: { 'x-request-id': 'r' } })
      : refusal('not_found');
  }

  #fetch(process: number): typeof fetch {
    return (async (input, init) => {
      const route = `${init?.method} ${new URL(String(input)).pathname}`;
      const headers = new Headers(init?.headers);
      const token = headers.get('authorization')?.slice(7) ?? '';
      this.calls.push(`${route} ${token}`);
      const fault = this.fault(this.calls.length, route, token);
      if (fault === 'before') throw new TypeError('fetch failed');
      if (fault === 401) return refusal('unauthenticated');
      if (fault === 503) return Response.json({ message: 'Service Unavailable' }, { status: 503 });
      const answer = await this.#effect(process, route, () =>
        this.#answer(route, token, headers.get('idempotency-key')),
      );
      if (fault === 'after') throw new TypeError('fetch failed');
      return answer;
    }) as typeof fetch;
  }

  async #agent(turns: number): Promise<void> {
    const process = this.#process;
    const file = {
      read: async () => structuredClone(this.disk),
      write: (state: DeviceState) =>
        this.#effect(process, 'write', () => {
          this.disk = structuredClone(state);
        }),
    };
    const server = createServer(
      API,
      keeping(
        file,
        () => this.now,
        () => undefined,
      ),
      this.#fetch(process),
    );
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const clock = { now: () => this.now, monotonic: () => this.now, sleep: async () => undefined };
    const box = { pending: async () => [], answer: async () => undefined };
    const keeper = new CredentialKeeper({ file, server, box, clock, random: () => 0.5, log });
    for (let turn = 0; turn < turns; turn++) {
      const poll = { bootId: 'boot-0001', bootedAt: '2026-01-01T00:00:00Z', agentVersion: '1' };
      const online = await server.poll(poll).then(
        () => true,
        () => false,
      );
      await keeper.turn(online);
      this.now += 3_600_000;
    }
  }

  /** Some hours of an agent that is started again when it dies. */
  async live(turns = 6): Promise<this> {
    for (let process = -1; process !== this.#process; ) {
      process = this.#process;
      const died = new Promise<void>((resolve) => {
        this.#died = resolve;
      });
      await Promise.race([this.#agent(turns), died]);
    }
    return this;
  }

  expectSettled(what = ''): void {
    expect(this.disk.enrolled, what).toMatchObject({ deviceToken: this.current, next: undefined, rotating: undefined });
    expect(this.next, what).toBeUndefined();
    expect(this.current, what).not.toBe('T0');
    expect(this.disk.maxRestartsPerDay, what).toBe(5);
  }
}

describe('a rotation', () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });

  test('writes the new credential down before it uses it, and forgets the old one when it was taken', async () => {
    await site.live(2);
    expect(site.effects).toEqual([POLL, 'write', ROTATE, 'write', PROBE, 'write', POLL]);
    expect(site.calls.map((call) => call.split(' ').at(-1))).toEqual(['T0', 'T0', 'T1', 'T1']);
    site.expectSettled();
    expect(site.disk.enrolled?.rotatedAt).toBe(40 * DAY);
  });

  test('killed before or after any effect comes to its end', async () => {
    for (let at = 1; at <= 7; at++) {
      for (const moment of ['before', 'after'] as const) {
        const killed = new Site();
        killed.kill = (effect) => (effect === at ? moment : undefined);
        (await killed.live()).expectSettled(`${moment} ${at}`);
      }
    }
  });

  test('killed at any two effects comes to its end', async () => {
    for (let first = 1; first <= 10; first++) {
      for (let second = first + 1; second <= 12; second++) {
        for (const moment of ['before', 'after'] as const) {
          const killed = new Site();
          killed.kill = (effect) => (effect === first || effect === second ? moment : undefined);
          (await killed.live()).expectSettled(`${moment} ${first} and ${second}`);
        }
      }
    }
  });

  test('whose answer was lost goes on though the old credential is good for nothing else any more', async () => {
    site.fault = (_, route) => (route === ROTATE ? 'after' : undefined);
    await site.live(1);
    expect(site.disk.enrolled?.rotating).toBeDefined();
    site.now += 3 * DAY;
    site.fault = (_, route, token) => (route === POLL && token === 'T0' ? 401 : undefined);
    (await site.live(3)).expectSettled();
  });

  test.each(['before', 'after', 401, 503] as const)('that meets %s at any call comes to its end', async (fault) => {
    for (let at = 1; at <= 5; at++) {
      for (const times of [1, 2]) {
        const faulty = new Site();
        faulty.fault = (call) => (call >= at && call < at + times ? fault : undefined);
        (await faulty.live(10)).expectSettled(`${fault} ${at} ${times}`);
      }
    }
  });

  test('whose answer was lost asks under the same key, and gets the same one', async () => {
    let lost = false;
    site.fault = (_, route) => {
      if (route !== ROTATE || lost) return undefined;
      lost = true;
      return 'after';
    };
    (await site.live()).expectSettled();
    expect(site.issued).toBe(1);
  });

  test('keeps both while the new one is not taken, goes on with the old one, and begins again', async () => {
    site.fault = (_, __, token) => (token === 'T1' ? 401 : undefined);
    (await site.live()).expectSettled();
    expect(site.current).not.toBe('T1');
  });

  test('throws nothing away while a server takes nothing', async () => {
    site.disk = stateWith({ next: { deviceToken: 'T1', issuedAt: 0 } });
    site.fault = () => 401;
    await site.live(30);
    expect(site.disk.enrolled).toMatchObject({ deviceToken: 'T0', next: { deviceToken: 'T1' } });
    site.fault = () => undefined;
    (await site.live()).expectSettled();
  });

  test('falls back from an old one that is dead to the new one', async () => {
    site.disk = stateWith({ next: { deviceToken: 'T1', issuedAt: 0 } });
    site.current = 'T1';
    let strays = 0;
    site.fault = (_, __, token) => (token === 'T1' && strays++ < 3 ? 401 : undefined);
    await site.live();
    expect(site.disk.enrolled).toMatchObject({ deviceToken: 'T1', next: undefined });
  });
});

test('is due after 27 to 33 days, spread over the fleet, and where one was begun', () => {
  const days = Array.from({ length: 200 }, (_, n) => {
    const { enrolled } = stateWith({ deviceId: `dev_${n}` });
    return enrolled ? Array.from({ length: 40 }).findIndex((__, day) => isRotationDue(enrolled, day * DAY)) : 0;
  });
  expect(Math.min(...days)).toBe(28);
  expect(Math.max(...days)).toBe(33);
  const device = (more: Parameters<typeof stateWith>[0]) =>
    stateWith(more).enrolled as NonNullable<DeviceState['enrolled']>;
  expect(isRotationDue(device({ rotatedAt: 40 * DAY }), 41 * DAY)).toBe(false);
  expect(isRotationDue(device({ rotatedAt: 40 * DAY }), 38 * DAY)).toBe(true);
  expect(isRotationDue(device({ next: { deviceToken: 'T1', issuedAt: 0 } }), 0)).toBe(true);
});

test('a command beside the agent follows what it rotates, and writes nothing', async () => {
  const site = new Site();
  const credential = readOnly({ read: async () => site.disk });
  expect(await credential.tokens()).toEqual(['T0']);
  await site.live(1);
  expect(await credential.tokens()).toEqual(['T1']);
});
