/** A request for help: asked once, followed to its end, consent never assumed. */
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { callOf } from '../../../agent/assistance/call.ts';
import { type AskConsent, beforehand, nobody, onTerminal } from '../../../agent/assistance/consent.ts';
import { follow } from '../../../agent/assistance/follow.ts';
import { linkToOpen } from '../../../agent/assistance/link.ts';
import { requestHelp } from '../../../agent/assistance/request.ts';
import { GONE, wordsFor } from '../../../agent/assistance/words.ts';
import { NoAnswer } from '../../../agent/network/no-answer.ts';
import { Terminal } from '../../../agent/person/terminal.ts';
import { Refusal } from '../../../agent/refusal.ts';
import { type AssistanceServer, isOutage } from '../../../agent/server.ts';
import type { RequestState } from '../../../agent/state/request-file.ts';
import { type AgentAssistanceRequest, requestAssistance } from '../../../lib/api/assistance.ts';
import { ApiError } from '../../../lib/api/client.ts';
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
  ...(['approved', 'connected'].includes(state) && {
    session: { connector: 'teamviewer', endCustomerLink: 'https://tv.example/1' },
  }),
  ...more,
});

const CONSENT =
  'Bob[31m wants to connect to this PC, to see its screen and to control it, since Ann asked for help. ' +
  'Nobody connects unless you allow it, and you can end it at any moment.';

class Desk implements AssistanceServer {
  state: State = 'pending';
  isForeign = false;
  now = 0;
  more: Partial<AgentAssistanceRequest> = {};
  readonly told: string[] = [];
  readonly sent: string[] = [];
  readonly keys: string[] = [];
  readonly opened: string[] = [];
  opens = true;
  disk: RequestState | undefined;
  /** What happens at a look, by its number. */
  at: Record<number, () => void> = {};
  readonly stop = new AbortController();
  looks = 0;

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
    this.at[++this.looks]?.();
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

  async follow(ask: AskConsent = nobody) {
    const tell = (words: string) => void this.told.push(words);
    const openLink = async (link: string) => {
      this.opened.push(link);
      return this.opens;
    };
    return follow({ ...this.ports, tell, ask, openLink }, 'req_1', {
      consentWithinMs: 120_000,
      stop: this.stop.signal,
      isForeign: this.isForeign,
    });
  }
}

describe('following a request that was not made on this PC', () => {
  test('shows what becomes of it, and never answers for who made it', async () => {
    const desk = new Desk();
    desk.isForeign = true;
    desk.state = 'approved';
    desk.at = {
      60: () => {
        desk.state = 'refused';
      },
    };
    await desk.follow(beforehand(true));
    expect(desk.sent).toEqual([]);
    expect(desk.opened).toEqual([]);
    expect(desk.told.at(-1)).toBe('Refused at this PC: nobody connects.');
  });

  test('ends nothing when it is left', async () => {
    const desk = new Desk();
    desk.isForeign = true;
    desk.at = { 2: () => desk.stop.abort() };
    await desk.follow();
    expect(desk.sent).toEqual([]);
  });
});

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
      CONSENT,
      'Bob[31m is connected to this PC. Ctrl-C ends the session.',
      'Opened https://tv.example/1',
      'Ended by the admin.',
    ]);
    expect(desk.opened).toEqual(['https://tv.example/1']);
    expect(desk.sent).toEqual(['accepted']);
    expect(desk.disk?.current).toEqual({ id: 'req_1', deviceId: 'dev_1', state: 'ended' });
  });

  test('refuses when nobody can be asked, after the time is up and not before', async () => {
    const desk = new Desk();
    desk.state = 'approved';
    await desk.follow(nobody);
    expect(desk.sent).toEqual(['refused']);
    expect(desk.now).toBe(120_000);
    expect(desk.opened).toEqual([]);
    expect(desk.told.slice(1)).toEqual([
      CONSENT,
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
    expect(desk.opened).toEqual([]);
  });

  test('gives the answer again when it did not get through', async () => {
    const desk = new Desk();
    desk.state = 'approved';
    let failures = 2;
    const { consent } = desk;
    desk.consent = async (id, decision) => {
      if (failures-- > 0) throw new NoAnswer('no connection');
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

  test('opens the link once when the server took a yes whose answer was lost', async () => {
    const desk = new Desk();
    desk.state = 'approved';
    const { consent } = desk;
    desk.consent = async (id, decision) => {
      await consent(id, decision);
      throw new NoAnswer('no connection');
    };
    desk.at = {
      9: () => {
        desk.state = 'ended';
      },
    };
    await desk.follow(beforehand(true));
    expect(desk.sent).toEqual(['accepted']);
    expect(desk.opened).toEqual(['https://tv.example/1']);
  });

  test('says what to open where it cannot be opened', async () => {
    const desk = new Desk();
    desk.state = 'approved';
    desk.opens = false;
    desk.at = { 4: () => desk.stop.abort() };
    await desk.follow(beforehand(true));
    expect(desk.told).toContain('It could not be opened from here. Please open https://tv.example/1');
  });

  test('shows every ten minutes that somebody is still connected, and how to end it', async () => {
    const desk = new Desk();
    desk.state = 'connected';
    desk.at = {
      // Each look is three seconds after the last.
      [(25 * 60) / 3]: () => {
        desk.state = 'ended';
      },
    };
    await desk.follow(nobody);
    expect(desk.told).toEqual([
      'Bob[31m is connected to this PC. Ctrl-C ends the session.',
      'Bob[31m is still connected to this PC. Ctrl-C ends the session.',
      'Bob[31m is still connected to this PC. Ctrl-C ends the session.',
      'Ended.',
    ]);
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
    const { state, request } = await desk.follow();
    expect({ state, message: request?.message }).toEqual({ state: 'expired', message: 'Help' });
    expect(desk.told).toEqual(['Waiting for an admin.', GONE]);
    expect(desk.disk?.current?.state).toBe('expired');
  });

  test('goes on through an outage', async () => {
    const desk = new Desk();
    const outage = () => {
      throw new NoAnswer('no connection');
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
      'The server does not answer (no connection); still trying.',
      'The request was taken back.',
    ]);
  });

  test('ends when the server does not know the device any more, and not at the first sign of it', async () => {
    const desk = new Desk();
    const unknown = () => {
      throw problem('unauthenticated');
    };
    desk.at = Object.fromEntries([2, 3, 4, 5, 7, 8, 9, 10, 11].map((look) => [look, unknown]));
    await expect(desk.follow()).rejects.toThrow('The server does not take the credential of this PC');
    expect(desk.looks).toBe(11);
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
  const open = new AbortController().signal;
  const on = () => {
    const input = new PassThrough();
    const written: string[] = [];
    const terminal = new Terminal({ input, write: (text) => void written.push(text) });
    return { input, written, terminal, ask: onTerminal(terminal) };
  };
  const heard = () => new Promise((resolve) => setImmediate(resolve));

  test.each([
    ['y', true],
    ['Y', true],
    [' yes ', true],
    ['n', false],
    ['No', false],
  ])('%j', async (line, allowed) => {
    const { input, written, ask, terminal } = on();
    const asked = ask('Bob', open);
    input.write(`${line}\n`);
    expect(await asked).toBe(allowed);
    expect(written).toEqual(['Allow Bob to connect? [y/n] ']);
    terminal.close();
  });

  test.each(['', 'yeah', 'ja', 'Enter'])('is asked for again after %j, which is no answer', async (line) => {
    const { input, written, ask, terminal } = on();
    const asked = ask('Bob', open);
    input.write(`${line}\n`);
    await heard();
    expect(written).toEqual(['Allow Bob to connect? [y/n] ', 'Type y to allow it, or n to refuse: ']);
    input.write('n\n');
    expect(await asked).toBe(false);
    terminal.close();
  });

  test('is not given by what was typed before the question', async () => {
    const { input, ask, terminal } = on();
    input.write('y\n\ny\n');
    await heard();
    const closed = new AbortController();
    const asked = ask('Bob', closed.signal);
    await heard();
    closed.abort();
    expect(await asked).toBeUndefined();
    terminal.close();
  });

  test('is not given by a terminal that is closed, before the question or after', async () => {
    const { input, ask } = on();
    const asked = ask('Bob', open);
    input.end();
    expect(await asked).toBe(false);
    expect(await ask('Bob', open)).toBe(false);
  });

  test('is not given by silence', async () => {
    const { ask, terminal } = on();
    const closed = new AbortController();
    const asked = ask('Bob', closed.signal);
    closed.abort();
    expect(await asked).toBeUndefined();
    terminal.close();
  });
});

describe('asking for help', () => {
  const body = { message: 'Help', requester: { name: 'Ann' } };

  test('goes under one key until it is answered, over several tries and commands', async () => {
    const desk = new Desk();
    const lost = () => {
      throw new NoAnswer('no connection');
    };
    desk.at = { 1: lost, 2: lost, 3: lost, 4: lost };
    await expect(requestHelp(desk.ports, body)).rejects.toThrow('no connection');
    expect(desk.disk?.pending?.idempotencyKey).toBe(desk.keys[0]);
    expect(await requestHelp(desk.ports, body)).toMatchObject({ request: { id: 'req_1' }, isOurs: true });
    expect(new Set(desk.keys).size).toBe(1);
    expect(desk.disk).toEqual({ current: { id: 'req_1', deviceId: 'dev_1', state: 'pending' }, pending: undefined });

    await requestHelp(desk.ports, body);
    expect(new Set(desk.keys).size).toBe(2);
  });

  const openAlready = (existingId?: string) => () => {
    const { status, message, problem: body } = problem('already_exists');
    throw new ApiError(status, body && { ...body, ...(existingId && { existingId }) }, message);
  };

  test('while a request is open finds that one, also when the first look is not answered', async () => {
    const desk = new Desk();
    desk.disk = { current: { id: 'req_1', deviceId: 'dev_1', state: 'pending' }, pending: undefined };
    desk.at = {
      1: openAlready('req_1'),
      2: openAlready('req_1'),
    };
    const { read } = desk;
    let looks = 0;
    desk.read = async () => {
      if (++looks === 1) throw new NoAnswer('no connection');
      desk.at = {};
      return read();
    };
    expect(await requestHelp(desk.ports, body)).toMatchObject({ request: { id: 'req_1' }, isOurs: true });
    expect(new Set(desk.keys).size).toBe(1);
    expect(desk.disk).toEqual({ current: { id: 'req_1', deviceId: 'dev_1', state: 'pending' }, pending: undefined });
  });

  test('while one is open that was not made here finds that one, and does not take it for its own', async () => {
    const desk = new Desk();
    desk.request = openAlready('req_1');
    expect(await requestHelp(desk.ports, body)).toMatchObject({ request: { id: 'req_1' }, isOurs: false });
    expect(desk.disk).toEqual({ current: undefined, pending: undefined });
  });

  test('while another account of this machine has one open knows that it was made here', async () => {
    const desk = new Desk();
    desk.request = openAlready('req_1');
    const current = { id: 'req_1', ticket: 't', user: 'ben' };
    const asked = { read: async () => ({ current, trying: undefined }) };
    expect(await requestHelp({ ...desk.ports, asked }, body)).toMatchObject({ isOurs: true });
  });

  test('that is refused keeps the request that is known', async () => {
    const desk = new Desk();
    await requestHelp(desk.ports, body);
    desk.at = { 2: openAlready() };
    await expect(requestHelp(desk.ports, { ...body, message: 'Again' })).rejects.toThrow('already_exists');
    expect(desk.keys).toHaveLength(2);
    expect(desk.disk).toEqual({ current: { id: 'req_1', deviceId: 'dev_1', state: 'pending' }, pending: undefined });
  });
});

describe('what the person typed', () => {
  const typed = (message: string, more: object = {}) => {
    const told: string[] = [];
    const call = callOf({ message, name: 'Ann', ...more }, (words) => void told.push(words));
    const accepted = requestAssistance.body().safeParse(call);
    return { call, told, accepted };
  };

  test.each([
    ['It broke\n', 'It broke'],
    ['It broke\r\nagain\r\n', 'It broke\nagain'],
    ['a'.repeat(1000), 'a'.repeat(1000)],
    ['\u001b[31mred\u0000', '[31mred'],
  ])('%j is sent', (message, sent) => {
    const { call, told, accepted } = typed(message);
    expect(call.message).toBe(sent);
    expect(told).toEqual([]);
    expect(accepted.success).toBe(true);
  });

  test.each(['', ' \n', '\u200b', '\u0000'])('%j is no message, and asks for help all the same', (message) => {
    const { call, told, accepted } = typed(message);
    expect(call.message).toBe('Asks for help, and wrote no message.');
    expect(told).toHaveLength(1);
    expect(accepted.success).toBe(true);
  });

  test.each([
    ['letters', 'a'.repeat(5000), 1000],
    ['what is more than one unit', `a${'😀'.repeat(1000)}`, 500],
    ['half of a character', 'a'.repeat(999) + '\ud83d'.repeat(9), 1000],
    ['spaces at the cut', `${'a'.repeat(990)}${' '.repeat(20)}b`, 990],
  ])('too long in %s is sent as far as it goes, and that is said', (_, message, characters) => {
    const { call, told, accepted } = typed(message);
    expect([...call.message]).toHaveLength(characters);
    expect(call.message.isWellFormed()).toBe(true);
    expect(told).toEqual([`The message is long: its first ${characters} characters are sent, and the rest is not.`]);
    expect(accepted.success).toBe(true);
  });

  test('a name of many lines is one, and what is no e-mail address is left out', () => {
    const { call, told, accepted } = typed('Help', { name: ' Ann\n\tSmith\n', email: 'ann' });
    expect(call.requester).toEqual({ name: 'Ann Smith' });
    expect(told).toEqual(['What was given as an e-mail address is none; the request goes without it.']);
    expect(accepted.success).toBe(true);
    expect(typed('Help', { email: ' ann@example.org\n' }).call.requester.email).toBe('ann@example.org');
    expect([...typed('Help', { name: '😀'.repeat(99) }).call.requester.name]).toHaveLength(50);
  });
});

test.each([
  ['https://get.teamviewer.com/v15/s119457589', 'https://get.teamviewer.com/v15/s119457589'],
  ['HTTPS://tv.example/a b"c', 'https://tv.example/a%20b%22c'],
  ['rustdesk://123456789', 'rustdesk://123456789'],
  ['rustdesk://1"2 3', undefined],
  ['http://tv.example/', undefined],
  ['https://admin:secret@tv.example/', undefined],
  ['file:///etc/passwd', undefined],
  ['javascript:alert(1)', undefined],
  ['ms-settings:about', undefined],
  ['--help', undefined],
  ['', undefined],
])('the link %j is opened as %j', (endCustomerLink, opened) => {
  expect(linkToOpen(requestIn('approved', { session: { connector: 'teamviewer', endCustomerLink } }))).toBe(opened);
});

test('what RustDesk does by itself is said', () => {
  const session = { connector: 'rustdesk', code: '123456789' } as const;
  expect(wordsFor(requestIn('approved', { session }))).toMatch(/ RustDesk will ask you too\. Session code: 123456789$/);
  const ended = { session, endReason: 'userEnded' } as const;
  expect(wordsFor(requestIn('ended', ended))).toBe(
    'Ended from this PC. If RustDesk still shows a connection, close it in its window.',
  );
});

test("a supporter's link is not the person's, whoever sends it", () => {
  const session = { connector: 'rustdesk', supporterLink: 'rustdesk://987654321' } as const;
  expect(linkToOpen(requestIn('approved', { session }))).toBeUndefined();
});

test('an outage is what the server or the way to it has, and nothing that this PC or the request lacks', () => {
  const outages = [new NoAnswer('no connection'), new DOMException('late', 'TimeoutError'), problem('internal_error')];
  const others = [Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }), problem('not_found'), new Refusal('no')];
  expect([...outages, ...others].map(isOutage)).toEqual([true, true, true, false, false, false]);
});
