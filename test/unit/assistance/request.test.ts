import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASSISTANCE_STATES } from '../../../lib/api/assistance.ts';
import { type ProblemCode, ProblemError } from '../../../lib/api/problem.ts';
import type { AssistanceRequest, AssistanceState } from '../../../lib/assistance/model.ts';
import { assertApprovable } from '../../../lib/assistance/opening.ts';
import {
  approve,
  consent,
  decline,
  end,
  endForRetirement,
  isExpired,
  isOpen,
  withdraw,
} from '../../../lib/assistance/request.ts';
import { ANNA, BEN, pendingRequest, requestIn, SESSION } from '../support/fixtures.ts';
import { problemOf } from '../support/problems.ts';
import { HOUR, MINUTE, T0 } from '../support/time.ts';

const NOW = T0 + MINUTE;

type Action = (request: AssistanceRequest, now: number) => AssistanceRequest;

const ACTIONS = {
  approve: (request, now) => approve(request, SESSION, BEN, now),
  decline: (request, now) => decline(request, 'no', BEN, now),
  withdraw,
  accept: (request, now) => consent(request, true, now),
  refuse: (request, now) => consent(request, false, now),
  'end by an admin': (request, now) => end(request, 'adminEnded', now, BEN),
  'end by the person': (request, now) => end(request, 'userEnded', now),
  'retire the device': endForRetirement,
} satisfies Record<string, Action>;

type ActionName = keyof typeof ACTIONS;

/** Wherever nothing else stands, the action is refused with `invalid_state`. */
const TABLE: Record<ActionName, Partial<Record<AssistanceState, AssistanceState | 'same'>>> = {
  approve: { pending: 'approved' },
  decline: { pending: 'declined' },
  withdraw: { pending: 'withdrawn' },
  accept: { approved: 'connected', connected: 'same' },
  refuse: { approved: 'refused', refused: 'same' },
  'end by an admin': { approved: 'ended', connected: 'ended' },
  'end by the person': { approved: 'ended', connected: 'ended' },
  'retire the device': { pending: 'ended', approved: 'ended', connected: 'ended' },
};

const CELLS = Object.keys(ACTIONS).flatMap((action) =>
  ASSISTANCE_STATES.map((state) => ({
    action: action as ActionName,
    state,
    outcome: TABLE[action as ActionName][state] ?? ('invalid_state' as const satisfies ProblemCode),
  })),
);

describe('each action in each state', () => {
  it.each(CELLS)('$state: $action → $outcome', ({ action, state, outcome }) => {
    const request = requestIn(state);
    const act = () => ACTIONS[action](request, NOW);
    if (outcome === 'same') expect(act()).toBe(request);
    else if (outcome === 'invalid_state') {
      expect(problemOf(act)).toMatchObject({ code: outcome, extras: { currentState: state } });
    } else {
      const after = act();
      expect(after).toMatchObject({ state: outcome, version: request.version + 1, changedAt: NOW });
      expect(after).not.toHaveProperty('expiresAt');
      expect(after.endedAt).toBe(isOpen(after) ? undefined : NOW);
    }
  });
});

describe('what is kept of an answer', () => {
  it('is who approved, when, and the session', () => {
    expect(approve(pendingRequest(), SESSION, BEN, NOW)).toMatchObject({
      approvedAt: NOW,
      approvedBy: 'ben',
      session: SESSION,
    });
  });

  it('is who declined, and why', () => {
    expect(decline(pendingRequest(), 'lunch', BEN, NOW)).toMatchObject({ endedBy: 'ben', declineReason: 'lunch' });
  });

  it('is who ended it: an admin by name, the person by the reason alone', () => {
    expect(end(requestIn('connected'), 'adminEnded', NOW, BEN)).toMatchObject({
      endReason: 'adminEnded',
      endedBy: 'ben',
    });
    const byPerson = end(requestIn('connected'), 'userEnded', NOW);
    expect(byPerson.endReason).toBe('userEnded');
    expect(byPerson).not.toHaveProperty('endedBy');
  });
});

describe('the four hours', () => {
  const request = pendingRequest();
  const over = T0 + 4 * HOUR;

  it('are four hours to the millisecond', () => {
    expect(request.expiresAt).toBe(over);
    expect(isExpired(request, over - 1)).toBe(false);
    expect(isExpired(request, over)).toBe(true);
  });

  it.each(Object.entries(ACTIONS))('end every answer: %s', (name, act) => {
    if (TABLE[name as ActionName].pending) expect(() => act(request, over - 1)).not.toThrow();
    expect(problemOf(() => act(request, over)).code).toBe('expired');
    expect(problemOf(() => act(request, over + 1)).code).toBe('expired');
  });

  it('are known before a session is opened', () => {
    expect(() => assertApprovable(request, over - 1)).not.toThrow();
    expect(problemOf(() => assertApprovable(request, over)).code).toBe('expired');
    expect(problemOf(() => assertApprovable(requestIn('approved'), NOW)).code).toBe('invalid_state');
  });

  it.each(ASSISTANCE_STATES.filter((state) => state !== 'pending'))('are nothing to what is %s', (state) => {
    expect(isExpired(requestIn(state), T0 + 1000 * HOUR)).toBe(false);
  });
});

const GRAPH: Record<AssistanceState, readonly AssistanceState[]> = {
  pending: ['approved', 'declined', 'withdrawn', 'ended'],
  approved: ['connected', 'refused', 'ended'],
  connected: ['ended'],
  ended: [],
  declined: [],
  withdrawn: [],
  refused: [],
};

describe('whatever is done to a request, in whatever order', () => {
  it('its state only moves along the graph, by one version each, and nothing answers it after four hours', () => {
    const step = fc.tuple(fc.constantFrom(...(Object.values(ACTIONS) as Action[])), fc.integer({ min: 0, max: 120 }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        let request = pendingRequest();
        let now = T0;
        for (const [act, minutes] of steps) {
          now += minutes * MINUTE;
          try {
            const after = act(request, now);
            if (after === request) continue;
            expect(GRAPH[request.state]).toContain(after.state);
            expect(after.version).toBe(request.version + 1);
            if (request.state === 'pending') expect(now).toBeLessThan(T0 + 4 * HOUR);
            request = after;
          } catch (error) {
            if (!(error instanceof ProblemError)) throw error;
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});

it('keeps the actor apart from the request: another one approves under their own name', () => {
  expect(approve(pendingRequest(), SESSION, ANNA, NOW).approvedBy).toBe('anna');
});
