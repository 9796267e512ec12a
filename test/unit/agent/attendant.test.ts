/** What the agent does for a person who has no window open: asks once, never lets anybody in without a yes, shows who is there. */
import { expect, test } from 'vitest';
import { Attendant } from '../../../agent/assistance/attendant.ts';
import { NoAnswer } from '../../../agent/network/no-answer.ts';
import type { Confirmation, Confirmed } from '../../../agent/platform/platform.ts';
import type { AgentAssistanceRequest } from '../../../lib/api/assistance.ts';
import { problem } from './world.ts';

type State = AgentAssistanceRequest['state'];
const LINK = 'https://tv.example/1';

/** A PC with an agent, whose person answers each dialog with the next of `answers`, and never once there are none. */
class Room {
  now = 0;
  answers: (Confirmed | Error)[] = [];
  followed = false;
  user: string | undefined;
  opens = true;
  /** What the server says no with, at its next calls. */
  faults: Error[] = [];
  state: State = 'approved';
  more: Partial<AgentAssistanceRequest> = {};
  shown: { requestId: string; state: string } | undefined;
  isMadeHere = true;
  readonly warned: string[] = [];
  readonly asked: (Confirmation & { signal: AbortSignal })[] = [];
  readonly notes: string[] = [];
  readonly sent: string[] = [];
  readonly opened: [string, string | undefined][] = [];
  readonly attendant: Attendant;

  constructor(tellOnly = false) {
    const room = this;
    const call = async (state: State, sent: string) => {
      const fault = room.faults.shift();
      if (fault) throw fault;
      room.sent.push(sent);
      room.state = state;
      return { body: room.request() };
    };
    const nothing = () => undefined;
    this.attendant = new Attendant(
      {
        server: {
          read: () => call(room.state, 'read'),
          consent: (_id, decision) => call(decision === 'accepted' ? 'connected' : 'refused', decision),
          end: () => call('ended', 'end'),
        },
        platform: {
          notify: async (text) => void room.notes.push(text),
          confirm: async (question, signal) => {
            room.asked.push({ ...question, signal });
            const answer = room.answers.shift();
            if (answer instanceof Error) throw answer;
            return answer ?? new Promise<Confirmed>((resolve) => signal.addEventListener('abort', () => resolve('no')));
          },
          openLink: async (link, user) => {
            room.opened.push([link, user]);
            return room.opens;
          },
        },
        slot: {
          get shown() {
            return room.shown;
          },
          keepShown: async (shown) => {
            room.shown = shown;
          },
        },
        clock: { monotonic: () => room.now },
        log: { info: nothing, warn: (message) => void room.warned.push(message), error: nothing },
        isFollowed: async () => room.followed,
        isMadeHere: async () => room.isMadeHere,
        userOf: async () => room.user,
      },
      { consentWithinMs: 120_000, tellOnly },
    );
  }

  request(state = this.state): AgentAssistanceRequest {
    return {
      id: 'req_1',
      deviceId: 'dev_1',
      deviceName: 'PC',
      message: 'Help',
      requester: { name: 'Ann' },
      state,
      createdAt: '2026-01-01T00:00:00Z',
      approvedBy: 'Bob',
      session: { connector: 'teamviewer', endCustomerLink: LINK },
      ...this.more,
    };
  }

  /** Polls once, and lets whoever was asked answer. */
  async poll(request: AgentAssistanceRequest | undefined = this.request()): Promise<void> {
    await this.attendant.saw(request);
    await new Promise((resolve) => setImmediate(resolve));
  }

  async nothing(): Promise<void> {
    await this.attendant.saw(undefined);
  }
}

test('a request that was not made on this PC is neither shown nor answered, which the log says once', async () => {
  const room = new Room();
  room.isMadeHere = false;
  room.answers = ['yes'];
  await room.poll(room.request('pending'));
  await room.poll();
  await room.poll(room.request('connected'));
  await room.nothing();
  expect([room.asked, room.sent, room.notes, room.shown]).toEqual([[], [], [], undefined]);
  expect(room.warned).toEqual(['a request for help is neither shown nor answered here']);
});

test('what a copied state says was shown is not asked for', async () => {
  const room = new Room();
  room.isMadeHere = false;
  room.shown = { requestId: 'req_1', state: 'approved' };
  await room.nothing();
  expect([room.sent, room.notes]).toEqual([[], []]);
});

test('a yes lets the admin in, opens the link for who was asked, and shows that somebody is there', async () => {
  const room = new Room();
  room.user = 'ann';
  room.answers = ['yes'];
  await room.poll(room.request('pending'));
  expect(room.asked).toEqual([]);
  await room.poll();
  expect(room.sent).toEqual(['accepted']);
  expect(room.opened).toEqual([[LINK, 'ann']]);
  expect(room.asked[0]).toMatchObject({ yes: 'Allow', no: 'Refuse', user: 'ann', timeoutMs: 120_000 });
  expect(room.asked[0]?.text).toContain('Bob wants to connect to this PC, to see its screen and to control it');
  expect(room.asked[1]).toMatchObject({ text: 'Bob is connected to this PC.', yes: 'End the session' });
  // A poll that was under way when the answer was given.
  await room.poll(room.request('approved'));
  expect(room.asked).toHaveLength(2);
  expect(room.sent).toEqual(['accepted']);
});

test.each<[string, Confirmed | Error]>([
  ['no', 'no'],
  ['a dialog that breaks', new Error('broken')],
])('%s refuses at once', async (_, answer) => {
  const room = new Room();
  room.answers = [answer];
  await room.poll();
  expect(room.sent).toEqual(['refused']);
  expect(room.opened).toEqual([]);
  expect(room.notes).toEqual(['Refused at this PC: nobody connects.']);
});

test('silence refuses when the time is up, and not before', async () => {
  const room = new Room();
  for (room.now = 0; room.now < 120_000; room.now += 5_000) await room.poll();
  expect(room.asked).toHaveLength(1);
  expect(room.sent).toEqual([]);
  await room.poll();
  expect(room.sent).toEqual(['refused']);
  expect(room.asked[0]?.signal.aborted).toBe(true);
});

test('with nobody there, it says how to answer, and refuses when the time is up', async () => {
  const room = new Room();
  room.answers = ['unavailable'];
  await room.poll();
  expect(room.notes).toEqual([`Bob approved the request. Open ${LINK} To answer, run "follow-help".`]);
  expect(room.sent).toEqual([]);
  room.now = 120_000;
  await room.poll();
  expect(room.sent).toEqual(['refused']);
  expect(room.asked).toHaveLength(1);
});

test('where the person follows it themselves, nothing is asked or shown, and what was asked is taken away', async () => {
  const room = new Room();
  await room.poll();
  room.followed = true;
  await room.poll();
  expect(room.asked[0]?.signal.aborted).toBe(true);
  room.now = 600_000;
  await room.poll();
  await room.poll(room.request('connected'));
  expect(room.asked).toHaveLength(1);
  expect(room.sent).toEqual([]);
  // The window is closed while somebody is connected.
  room.followed = false;
  await room.poll(room.request('connected'));
  expect(room.asked[1]).toMatchObject({ text: 'Bob is connected to this PC.' });
});

test('an answer that is lost is given again, and the person is asked once', async () => {
  const room = new Room();
  room.answers = ['yes'];
  room.faults = [new NoAnswer('no connection'), new NoAnswer('no connection')];
  await room.poll();
  expect(room.sent).toEqual([]);
  await room.poll();
  await room.poll();
  expect(room.sent).toEqual(['accepted']);
  expect(room.asked.filter(({ yes }) => yes === 'Allow')).toHaveLength(1);
});

test('an answer that comes too late changes nothing', async () => {
  const room = new Room();
  room.answers = ['yes'];
  room.faults = [problem('invalid_state', 'ended')];
  await room.poll();
  room.state = 'ended';
  await room.nothing();
  expect(room.sent).toEqual(['read']);
  expect(room.opened).toEqual([]);
  expect(room.notes).toEqual(['Ended.']);
});

test('a session stays on the screen, comes back when it was hidden, and goes when it is over', async () => {
  const room = new Room();
  room.state = 'connected';
  room.answers = ['no'];
  await room.poll();
  room.now = 9 * 60_000;
  await room.poll();
  expect(room.asked).toHaveLength(1);
  room.now = 10 * 60_000;
  await room.poll();
  expect(room.asked[1]).toMatchObject({ text: 'Bob is still connected to this PC.' });
  await room.poll();
  expect(room.asked).toHaveLength(2);
  room.state = 'ended';
  room.more = { endReason: 'adminEnded' };
  await room.nothing();
  expect(room.asked[1]?.signal.aborted).toBe(true);
  expect(room.notes).toEqual(['Ended by the admin.']);
  await room.nothing();
  expect(room.notes).toHaveLength(1);
});

test('the person ends it, and is told when that did not work', async () => {
  const room = new Room();
  room.state = 'connected';
  room.answers = ['yes', 'yes'];
  room.faults = [new NoAnswer('no connection')];
  await room.poll();
  expect(room.notes).toEqual(['The session was not ended: no connection']);
  await room.poll();
  expect(room.sent).toEqual(['end']);
});

test('a session is told of where nothing can be shown, and how to end it', async () => {
  const room = new Room();
  room.state = 'connected';
  room.answers = ['unavailable', 'unavailable'];
  await room.poll();
  await room.poll();
  room.now = 10 * 60_000;
  await room.poll();
  expect(room.notes).toEqual([
    'Bob is connected to this PC. To end the session, run "end-help".',
    'Bob is still connected to this PC. To end the session, run "end-help".',
  ]);
});

test('a request that was waiting and is gone is told of once, with what to do', async () => {
  const room = new Room();
  await room.poll(room.request('pending'));
  room.faults = [new NoAnswer('no connection'), problem('expired')];
  await room.nothing();
  expect(room.notes).toEqual([]);
  await room.nothing();
  await room.nothing();
  expect(room.notes).toEqual([
    'Nobody answered within 4 hours, so the request is gone. You can ask again. Run "request-help".',
  ]);
});

test('why a request was declined is told', async () => {
  const room = new Room();
  await room.poll(room.request('pending'));
  room.state = 'declined';
  room.more = { declineReason: 'Call the desk' };
  await room.nothing();
  expect(room.notes).toEqual(['Declined: Call the desk']);
  expect(room.shown).toEqual({ requestId: 'req_1', state: 'declined' });
});

test('a process that does not stay tells each change once, and asks nothing', async () => {
  const room = new Room(true);
  for (const state of ['pending', 'approved', 'approved', 'connected', 'connected'] as const) {
    await room.poll(room.request(state));
  }
  expect(room.notes).toEqual([`Bob approved the request. Open ${LINK}`, 'Bob is connected to this PC.']);
  expect(room.asked).toEqual([]);
});

test('closing answers nothing', async () => {
  const room = new Room();
  await room.poll();
  room.attendant.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(room.asked[0]?.signal.aborted).toBe(true);
  expect(room.sent).toEqual([]);
});
