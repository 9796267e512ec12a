/** A request for help: asked once, followed to its end, consent never assumed. */
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { announce } from '../../../agent/assistance/announce.ts';
import { type AskConsent, beforehand, nobody, onTerminal } from '../../../agent/assistance/consent.ts';
import { follow } from '../../../agent/assistance/follow.ts';
import { requestHelp } from '../../../agent/assistance/request.ts';
import { GONE } from '../../../agent/assistance/words.ts';
import type { AssistanceServer } from '../../../agent/server.ts';
import type { RequestState } from '../../../agent/state/request-file.ts';
import type { AgentAssistanceRequest } from '../../../lib/api/assistance.ts';
import { problem } from './world.ts';

type State = AgentAssistanceRequest['state'];

const requestIn = (state: State, more: Partial<AgentAssistanceRequest> = {}): AgentAssistanceRequest => ({
  id: 'req_1',
  deviceId: 'dev_1',
  deviceName: 'PC',
  message: 'Help',
  requester: { name: 'Ann' },
  state,
  createdAt: '2026-01-01T00:00:00Z',
  ...(state !== 'pending' && { approvedBy: 'Bob\u001b[31m' }),
  ...(state === 'approved' && { session: { connector: 'teamviewer', endCustomerLink: 'https://tv.example/1' } }),
  ...more,
});

class Desk implements AssistanceServer {
  state: State = 'pending';
  now = 0;
  more: Partial<AgentAssistanceRequest> = {};
  readonly told: string[] = [];
  readonly sent: string[] = [];
  readonly keys: string[] = [];
  disk: RequestState | undefined;
  /** What happens at a look, by its number. */
  at: Record<number, () => void> = {};
  readonly stop = new AbortController();
  #looks = 0;

  #answer(state: State) {
    this.state = state;
    return { body: requestIn(state, this.more) };
  }

  request: AssistanceServer['request'] = async (_body, key) => {
    this.keys.push(key);
    this.at[this.keys.length]?.();
    return this.#answer('pending');
  };
  read = async () => {
    this.at[++this.#looks]?.();
    return this.#answer(this.state);
  };
  consent = async (_id: string, decision: 'accepted' | 'refused') => {
    this.sent.push(decision);
    return this.#answer(decision === 'accepted' ? 'connected' : 'refused');
  };
  withdraw = async () => {
    this.sent.push('withdraw');
    return this.#answer('withdrawn');
  };
  end = async () => {
    this.sent.push('end');
    this.more = { endReason: 'userEnded' };
    return this.#answer('ended');
  };

  get file() {
    return {
      read: async () => this.disk,
      write: async (state: RequestState) => {
        this.disk = state;
      },
    };
  }

  get ports() {
    const sleep = async (milliseconds: number, signal?: AbortSignal) => {
      // Lets a person answer, as real time would.
      await new Promise((resolve) => setImmediate(resolve));
      if (!signal?.aborted) this.now += milliseconds;
    };
    const clock = { now: () => this.now, monotonic: () => this.now, sleep };
    return { server: this, file: this.file, clock, random: () => 0, deviceId: 'dev_1' };
  }

  async follow(ask: AskConsent = nobody): Promise<void> {
    const tell = (words: string) => void this.told.push(words);
    await follow({ ...this.ports, tell, ask }, 'req_1', { consentWithinMs: 120_000, stop: this.stop.signal });
  }
}

describe('following a request', () => {
  test('tells of each change, and connects with a yes', async () => {
    const desk = new Desk();
    desk.at = {
      3: () => {
        desk.state = 'approved';
      },
      9: () => {
        desk.state = 'ended';
        desk.more = { endReason: 'adminEnded' };
      },
    };
    await desk.follow(beforehand(true));
    expect(desk.told).toEqual([
      'Waiting for an admin.',
      'Bob[31m approved the request. Open https://tv.example/1',
      'Bob[31m is connected to this PC.',
      'Ended by the admin.',
    ]);
    expect(desk.sent).toEqual(['accepted']);
    expect(desk.disk?.current).toEqual({ id: 'req_1', deviceId: 'dev_1', state: 'ended' });
  });

  test('refuses when nobody can be asked, after the time is up and not before', async () => {
    const desk = new Desk();
    desk.state = 'approved';
    await desk.follow(nobody);
    expect(desk.sent).toEqual(['refused']);
    expect(desk.now).toBe(120_000);
    expect(desk.told.slice(1)).toEqual([
      'Nobody answered, so nobody connects.',
      'Refused at this PC: nobody connects.',
    ]);
  });

  test('refuses when the question fails', async () => {
    const desk = new Desk();
    desk.state = 'approved';
    await desk.follow(async () => Promise.reject(new Error('no terminal')));
    expect(desk.sent).toEqual(['refused']);
  });

  test('says nothing for the person when they consented elsewhere', async () => {
    const desk = new Desk();
    desk.state = 'approved';
    desk.at = {
      3: () => {
        desk.state = 'connected';
      },
      5: () => {
        desk.state = 'ended';
      },
    };
    await desk.follow(nobody);
    expect(desk.sent).toEqual([]);
  });

  test('gives the answer again when it did not get through', async () => {
    const desk = new Desk();
    desk.state = 'approved';
    let failures = 2;
    const { consent } = desk;
    desk.consent = async (id, decision) => {
      if (failures-- > 0) throw new TypeError('fetch failed');
      return consent(id, decision);
    };
    desk.at = {
      9: () => {
        desk.state = 'ended';
      },
    };
    await desk.follow(beforehand(true));
    expect(desk.sent).toEqual(['accepted']);
  });

  test('tells why it was declined', async () => {
    const desk = new Desk();
    desk.state = 'declined';
    desk.more = { declineReason: 'Call\n the desk' };
    await desk.follow();
    expect(desk.told).toEqual(['Declined: Call the desk']);
  });

  test('tells that it is gone after 4 hours', async () => {
    const desk = new Desk();
    desk.at = {
      4: () => {
        throw problem('expired');
      },
    };
    await desk.follow();
    expect(desk.told).toEqual(['Waiting for an admin.', GONE]);
    expect(desk.disk?.current?.state).toBe('expired');
  });

  test('goes on through an outage', async () => {
    const desk = new Desk();
    const outage = () => {
      throw new TypeError('fetch failed');
    };
    desk.at = {
      2: outage,
      3: outage,
      4: () => {
        desk.state = 'withdrawn';
      },
    };
    await desk.follow();
    expect(desk.told).toEqual([
      'Waiting for an admin.',
      'The server does not answer (fetch failed); still trying.',
      'The request was taken back.',
    ]);
  });

  test.each([
    ['pending', 'withdraw', 'The request was taken back.'],
    ['approved', 'end', 'Ended from this PC.'],
    ['connected', 'end', 'Ended from this PC.'],
  ] as const)('that is stopped while %s sends %s', async (state, sent, words) => {
    const desk = new Desk();
    desk.state = state;
    desk.at = { 2: () => desk.stop.abort() };
    await desk.follow();
    expect(desk.sent).toEqual([sent]);
    expect(desk.told.at(-1)).toBe(words);
  });

  test('that the server does not know is given up', async () => {
    const desk = new Desk();
    desk.at = {
      1: () => {
        throw problem('not_found');
      },
    };
    await expect(desk.follow()).rejects.toThrow('not_found');
  });
});

describe('consent on a terminal', () => {
  const answer = async (line: string | undefined): Promise<boolean | undefined> => {
    const input = new PassThrough();
    const written: string[] = [];
    const asked = onTerminal({ input, write: (text) => void written.push(text) })('Bob', new AbortController().signal);
    if (line === undefined) input.end();
    else input.write(`${line}\n`);
    const allowed = await asked;
    expect(written).toEqual(['Allow Bob to connect? [y/N] ']);
    return allowed;
  };

  test.each(['y', 'Y', ' yes '])('is given by %j', async (line) => expect(await answer(line)).toBe(true));
  test.each(['', 'n', 'no', 'yeah', 'ja', undefined])('is not given by %j', async (line) =>
    expect(await answer(line)).toBe(false),
  );

  test('is not given by silence', async () => {
    const closed = new AbortController();
    const asked = onTerminal({ input: new PassThrough(), write: () => undefined })('Bob', closed.signal);
    closed.abort();
    expect(await asked).toBeUndefined();
  });
});

describe('asking for help', () => {
  const body = { message: 'Help', requester: { name: 'Ann' } };

  test('goes under one key until it is answered, over several tries and commands', async () => {
    const desk = new Desk();
    const lost = () => {
      throw new TypeError('fetch failed');
    };
    desk.at = { 1: lost, 2: lost, 3: lost, 4: lost };
    await expect(requestHelp(desk.ports, body)).rejects.toThrow('fetch failed');
    expect(desk.disk?.pending?.idempotencyKey).toBe(desk.keys[0]);
    expect((await requestHelp(desk.ports, body)).id).toBe('req_1');
    expect(new Set(desk.keys).size).toBe(1);
    expect(desk.disk).toEqual({ current: { id: 'req_1', deviceId: 'dev_1', state: 'pending' }, pending: undefined });

    await requestHelp(desk.ports, body);
    expect(new Set(desk.keys).size).toBe(2);
  });

  test('that is refused keeps the request that is open', async () => {
    const desk = new Desk();
    await requestHelp(desk.ports, body);
    desk.at = {
      2: () => {
        throw problem('already_exists');
      },
    };
    await expect(requestHelp(desk.ports, { ...body, message: 'Again' })).rejects.toThrow('already_exists');
    expect(desk.keys).toHaveLength(2);
    expect(desk.disk).toEqual({ current: { id: 'req_1', deviceId: 'dev_1', state: 'pending' }, pending: undefined });
  });
});

test('the agent shows each change once, and waiting not at all', async () => {
  const shown: string[] = [];
  let last: { requestId: string; state: string } | undefined;
  const ports = {
    platform: { notify: async (text: string) => void shown.push(text) },
    slot: {
      get shown() {
        return last;
      },
      putShown: async (next: typeof last) => {
        last = next;
      },
    },
  };
  for (const state of ['pending', 'approved', 'approved', 'connected', 'connected'] as const) {
    await announce(ports, requestIn(state));
  }
  await announce(ports, undefined);
  expect(shown).toEqual([
    'Bob[31m approved the request. Open https://tv.example/1',
    'Bob[31m is connected to this PC.',
  ]);
});
