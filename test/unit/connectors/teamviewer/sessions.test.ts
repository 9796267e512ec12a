/** Sessions: what TeamViewer is told, opened once whatever gets lost, closed, and noticed when they are over. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../../../lib/assistance/model.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/clock.ts';
import { id } from '../../support/ids.ts';
import { failureFrom, order, useWorld } from './world.ts';

const world = useWorld();
let connector: ReturnType<typeof world.connector>;
beforeEach(async () => {
  connector = await world.signedIn();
});

const open = (changes: Parameters<typeof order>[1] = {}): Promise<Session> =>
  connector.openSession(order(world.fake, changes));

describe('opening', () => {
  it('tells TeamViewer of the request, and keeps what the person and the admin need', async () => {
    const session = await open({ waitingMessage: 'One moment' });
    const [stored] = world.fake.sessions();
    expect(stored).toMatchObject({
      description: 'The printer is on fire\n\nPC-17',
      end_customer: { name: 'Ada', email: 'ada@example.com' },
      waiting_message: 'One moment',
      custom_api: id('req', 'a'),
    });
    expect(session).toEqual({
      connector: 'teamviewer',
      code: stored?.code,
      supporterLink: stored?.supporter_link,
      webClientSupporterLink: stored?.webclient_supporter_link,
      endCustomerLink: stored?.end_customer_link,
      validUntil: Date.parse(stored?.valid_until ?? ''),
    });
    expect((session.validUntil ?? 0) - world.fake.now()).toBeGreaterThan(DAY - MINUTE);
  });

  it('cuts what is too long, never in the middle of a character, and leaves out an address that is', async () => {
    const name = `${'x'.repeat(98)}😀😀`;
    await open({
      message: '😀'.repeat(3000),
      requester: { name, email: `${'a'.repeat(250)}@example.com` },
    });
    const [stored] = world.fake.sessions();
    expect(stored?.description).toBe(`${'😀'.repeat(1999)}…`);
    expect(stored?.end_customer).toEqual({ name: `${'x'.repeat(98)}…` });
  });

  it('gives the requester no address where there is none', async () => {
    await open({ requester: { name: 'Ada' } });
    expect(world.fake.sessions()[0]?.end_customer).toEqual({ name: 'Ada' });
  });

  it.each(['timeOut', 'connectionReset', 'answerLost', 'serverError', 'unreadable'] as const)(
    'may be tried again after %s',
    async (fault) => {
      world.fake.fault({ on: 'POST /sessions', fault, times: 1 });
      const first = fault === 'timeOut' ? world.hasty() : connector;
      expect((await failureFrom(first.openSession(order(world.fake)))).kind).toBe('unavailable');
      // One that gave up early may not have met its fault.
      world.fake.clearFaults();
      const session = await open({ mayExist: true });
      expect(world.fake.sessions().map(({ code }) => code)).toEqual([session.code]);
    },
  );

  it('finds the session whose answer was lost, on whichever page it is', async () => {
    world.fake.settings.pageSize = 3;
    world.fake.fault({ on: 'POST /sessions', fault: 'answerLost', times: 1 });
    await failureFrom(open());
    for (let other = 0; other < 7; other += 1) await open({ requestId: id('req', `other${other}`) });
    const found = await open({ mayExist: true });
    expect(world.fake.sessions()).toHaveLength(8);
    expect(world.fake.sessions().at(-1)?.code).toBe(found.code);
    expect(world.fake.count('GET /sessions')).toBe(3);
  });

  it('does not take the session of another request, nor one that is closed', async () => {
    const other = await open({ requestId: id('req', 'b') });
    const closed = await open();
    await connector.closeSession(closed);
    const session = await open({ mayExist: true });
    expect([other.code, closed.code]).not.toContain(session.code);
  });

  it('does not look through sessions that are older than the request', async () => {
    world.fake.settings.pageSize = 2;
    for (let other = 0; other < 6; other += 1) await open({ requestId: id('req', `old${other}`) });
    world.advance(HOUR);
    await open({ mayExist: true });
    expect(world.fake.count('GET /sessions')).toBe(1);
  });

  it('does not look where there was no attempt', async () => {
    await open();
    expect(world.fake.count('GET /sessions')).toBe(0);
  });

  it('takes nothing but web links from TeamViewer', async () => {
    const answer = { code: 's1-2-3', supporter_link: 'file:///etc/passwd' };
    const odd = world.connector({ fetch: async () => Response.json(answer) });
    expect((await failureFrom(odd.openSession(order(world.fake)))).kind).toBe('unavailable');
  });

  it.each([undefined, '', 'javascript:alert(1)', 7])('does without a link for browsers that is %j', async (link) => {
    const supporter_link = 'https://get.teamviewer.com/v15/s123-abc';
    const answer = { code: 's1-2-3', supporter_link, webclient_supporter_link: link };
    const odd = world.connector({ fetch: async () => Response.json(answer) });
    expect(await odd.openSession(order(world.fake))).toEqual({
      connector: 'teamviewer',
      code: 's1-2-3',
      supporterLink: supporter_link,
    });
  });
});

describe('failures', () => {
  it.each([
    ['rateLimit', 'rateLimited'],
    ['blocked', 'accessLost'],
    ['invalidClient', 'accessLost'],
  ] as const)('%s is %s, with what TeamViewer said', async (fault, kind) => {
    world.fake.fault({ on: 'POST /sessions', fault });
    const failure = await failureFrom(open());
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(/It answered 40[03], (rate_limit_reached|blocked|invalid_client): /);
  });

  it('a refusal is refused, however often', async () => {
    const failure = await failureFrom(open({ waitingMessage: 'x'.repeat(4001) }));
    expect(failure.kind).toBe('refused');
    expect(failure.message).toContain('waiting_message is too long');
  });

  it('tells no secret that an answer has in it', async () => {
    const secret = 'at-0123456789abcdefghijklmnop';
    const link = 'https://get.teamviewer.com/v15/s1-abc';
    const odd = world.connector({
      fetch: async () =>
        Response.json(
          { error: 'odd', error_description: `no ${secret}\nat ${link} ${'x'.repeat(900)}` },
          { status: 400 },
        ),
    });
    const { message } = await failureFrom(odd.openSession(order(world.fake)));
    expect(message).toBe('TeamViewer refused this. It answered 400, odd: no … at … ….');
  });
});

describe('closing', () => {
  it('closes it at TeamViewer, once and again, and one that is unknown', async () => {
    const session = await open();
    await connector.closeSession(session);
    expect(world.fake.sessions()[0]?.state).toBe('closed');
    await connector.closeSession(session);
    await connector.closeSession({ ...session, code: 's000-000-000' });
    await connector.closeSession({ connector: 'teamviewer', supporterLink: 'https://example.com' });
  });

  it('says when TeamViewer does not take it', async () => {
    const session = await open();
    world.fake.fault({ on: 'PUT /sessions/{code}', fault: 'serverError' });
    expect((await failureFrom(connector.closeSession(session))).kind).toBe('unavailable');
    expect(world.fake.sessions()[0]?.state).toBe('open');
  });

  it('finds and closes what a lost answer left, and opens nothing', async () => {
    world.fake.fault({ on: 'POST /sessions', fault: 'answerLost', times: 2 });
    await failureFrom(open());
    await failureFrom(open());
    const other = await open({ requestId: id('req', 'b') });
    await connector.closeLost(order(world.fake));
    expect(world.fake.sessions().filter(({ state }) => state === 'open')).toMatchObject([{ code: other.code }]);
    await connector.closeLost(order(world.fake));
    expect(world.fake.sessions()).toHaveLength(3);
  });
});

describe('which are over', () => {
  it('asks once for all that are open', async () => {
    const sessions = await Promise.all(['a', 'b', 'c'].map((name) => open({ requestId: id('req', name) })));
    expect(await connector.endedSessions(sessions)).toEqual(new Set());
    expect(world.fake.count('GET /sessions')).toBe(1);
    expect(world.fake.count('GET /sessions/{code}')).toBe(0);
  });

  it.each([
    ['open', (state: string) => state],
    ['Open', (state: string) => (state === 'open' ? 'Open' : 'Closed')],
    ['a number', (state: string) => (state === 'open' ? 1 : 2)],
  ])('finds those that a supporter closed, or that are gone, where a state is written as %s', async (_, writeState) => {
    world.fake.settings.writeState = writeState;
    const [left, closed] = [await open(), await open({ requestId: id('req', 'b') })];
    const gone = { ...closed, code: 's000-000-000' };
    world.fake.closeSession(closed.code ?? '');
    expect(await connector.endedSessions([left, closed, gone])).toEqual(new Set([closed.code, gone.code]));
  });

  it('reads further pages only until it has seen all', async () => {
    world.fake.settings.pageSize = 2;
    const sessions: Session[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) sessions.push(await open({ requestId: id('req', name) }));
    expect(await connector.endedSessions(sessions.slice(2))).toEqual(new Set());
    expect(world.fake.count('GET /sessions')).toBe(2);
  });

  it('asks nothing where there is none', async () => {
    expect(await connector.endedSessions([])).toEqual(new Set());
    expect(world.fake.count('GET /sessions')).toBe(0);
  });

  it('does not take a failure for an end', async () => {
    const session = await open();
    world.fake.fault({ fault: 'serverError' });
    expect((await failureFrom(connector.endedSessions([session]))).kind).toBe('unavailable');
  });
});
