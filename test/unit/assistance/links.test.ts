/** Who gets the ways into a session, and for how long: the rules, and what is shown of them. */
import { describe, expect, it } from 'vitest';
import { ASSISTANCE_STATES } from '../../../lib/api/assistance.ts';
import type { AssistanceRequest, Session } from '../../../lib/assistance/model.ts';
import { givenTo, readForSupporter } from '../../../lib/assistance/readers.ts';
import { approve, consent, end, endForRetirement, endWithSession, isOpen } from '../../../lib/assistance/request.ts';
import { adminRequestView, deviceRequestView, supporterRequestView } from '../../../lib/assistance/view.ts';
import { assistanceIn } from '../support/assistance.ts';
import { ANNA, BEN, pendingRequest, requestIn, SESSION } from '../support/fixtures.ts';
import { emptyStore } from '../support/store.ts';
import { HOUR, settableClock, T0 } from '../support/time.ts';

const TEAMVIEWER: Session = {
  connector: 'teamviewer',
  supporterLink: 'https://supporter.example.com/s1-token',
  webClientSupporterLink: 'https://web.example.com/s1-token',
  endCustomerLink: 'https://get.example.com/s1',
  code: 's1',
  validUntil: T0 + 24 * HOUR,
};

const iso = (instant: number) => new Date(instant).toISOString();
const validUntil = iso(T0 + 24 * HOUR);

const approvedWith = (session: Session) => approve(pendingRequest(), session, ANNA, T0);

describe('the ways into a session', () => {
  it('are shown to somebody who may open it, of a request that is open', () => {
    expect(supporterRequestView(approvedWith(TEAMVIEWER)).session).toEqual({ ...TEAMVIEWER, validUntil });
    expect(supporterRequestView(requestIn('connected')).session).toEqual({ ...SESSION, validUntil });
  });

  it.each([SESSION, TEAMVIEWER])('are not shown to those who may only look: $connector', (session) => {
    const shown = adminRequestView(approvedWith(session)).session;
    expect(shown).toEqual({ connector: session.connector, validUntil });
  });

  it('are not the device’s', () => {
    const { connector, code, endCustomerLink } = TEAMVIEWER;
    expect(deviceRequestView(approvedWith(TEAMVIEWER)).session).toEqual({
      connector,
      code,
      endCustomerLink,
      validUntil,
    });
  });

  const ENDS: Record<string, (request: AssistanceRequest) => AssistanceRequest> = {
    'refused by the person': (request) => consent(request, false, T0),
    'ended by an admin': (request) => end(request, 'adminEnded', T0, BEN),
    'ended by the person': (request) => end(consent(request, true, T0), 'userEnded', T0),
    'over by itself': (request) => end(request, 'sessionExpired', T0),
    'over at its provider': (request) => endWithSession(request, T0),
    'of a device that is retired': (request) => endForRetirement(request, T0),
  };

  it.each(Object.entries(ENDS))('are gone from the record of a request that is %s', (_how, ending) => {
    const rustdesk = ending(approvedWith(SESSION));
    expect(rustdesk.session).toEqual({ connector: 'rustdesk', validUntil: SESSION.validUntil, note: SESSION.note });
    expect(JSON.stringify(rustdesk)).not.toContain('987654321');
    const teamviewer = ending(approvedWith(TEAMVIEWER));
    // Its code opens nothing as the supporter, and the session is closed by it.
    expect(teamviewer.session).toEqual({ connector: 'teamviewer', code: 's1', validUntil: TEAMVIEWER.validUntil });
  });

  it.each(['declined', 'withdrawn'] as const)('had none when it was %s, and no address stays either', (state) => {
    expect(requestIn(state)).not.toHaveProperty('rustdeskId');
  });

  it.each(ASSISTANCE_STATES.filter((state) => !isOpen({ state } as AssistanceRequest)))(
    'are not shown of a request that is %s, whatever its record has kept',
    (state) => {
      for (const session of [SESSION, TEAMVIEWER]) {
        const kept = { ...approvedWith(session), state };
        for (const view of [deviceRequestView, adminRequestView, supporterRequestView]) {
          const shown = { ...view(kept).session };
          delete (shown as { note?: string }).note;
          expect(shown).toEqual({ connector: session.connector, validUntil });
        }
      }
    },
  );
});

describe('reading them', () => {
  it('is noted once for each who did not approve', () => {
    const approved = requestIn('approved');
    expect(givenTo(approved, ANNA)).toBe(approved);
    const first = givenTo(approved, BEN);
    expect(first).toEqual({ ...approved, readerIds: [BEN.id], version: approved.version + 1 });
    expect(givenTo(first, BEN)).toBe(first);
    const second = givenTo(first, { id: 'sub-cleo', name: 'cleo' });
    expect(second.readerIds).toEqual([BEN.id, 'sub-cleo']);
  });

  it('is noted of whoever reads a request that an older version approved', () => {
    const { approvedById: _, ...older } = requestIn('approved');
    expect(givenTo(older, ANNA).readerIds).toEqual([ANNA.id]);
  });

  it.each(ASSISTANCE_STATES.filter((state) => state !== 'approved' && state !== 'connected'))(
    'is nothing to note where there are none: %s',
    (state) => {
      const request = requestIn(state);
      expect(givenTo(request, BEN)).toBe(request);
    },
  );

  it('is saved before they are given, also where the request changes meanwhile', async () => {
    const store = emptyStore();
    const approved = requestIn('approved');
    store.requests.set(approved.id, approved);
    const requests = assistanceIn(store);
    let changes = 0;
    const deps = {
      requests: {
        ...requests,
        find: async (id: string) => {
          const found = await requests.find(id);
          // Somebody else is given it between the reading and the writing.
          if (found && changes++ === 0) store.requests.set(id, givenTo(found, { id: 'sub-cleo', name: 'cleo' }));
          return found;
        },
      },
      clock: settableClock(),
    };
    const read = await readForSupporter(deps, approved.id, BEN);
    expect(read.readerIds).toEqual(['sub-cleo', BEN.id]);
    expect(store.requests.get(approved.id)).toEqual(read);
  });

  it('fails where it cannot be saved', async () => {
    const store = emptyStore();
    const approved = requestIn('approved');
    store.requests.set(approved.id, approved);
    const requests = { ...assistanceIn(store), noteReader: () => Promise.reject(new Error('no record')) };
    await expect(readForSupporter({ requests, clock: settableClock() }, approved.id, BEN)).rejects.toThrow('no record');
  });
});
