/** The report fails on a grant that is never used or wrongly explained, on a refusal, and when there is nothing to report. */
import { describe, expect, it } from 'vitest';
import { findingsOf, report } from '../../grants/findings.ts';

const POLL = 'agent-poll dynamodb:GetItem table/devices';
const SCAN = 'agent-poll dynamodb:Scan table/devices';

it('finds what was granted and never used', () => {
  const findings = findingsOf({ granted: [POLL, SCAN], used: [POLL], denied: [] }, {});
  expect(findings).toEqual({ surplus: [SCAN], stale: [], denied: [] });
});

it('takes a written reason, and prints it', () => {
  const names = { granted: [POLL, SCAN], used: [POLL], denied: [] };
  const { text, faults } = report(names, { [SCAN]: { used: 'never', why: 'For a reason.' } });
  expect(faults).toBe(0);
  expect(text).toContain(`${SCAN}: For a reason.`);
  expect(text).toContain('2 grants of 1 roles; 1 never used.');
});

it.each([
  ['used after all', { granted: [POLL, SCAN], used: [POLL, SCAN], denied: [] }],
  ['not granted any more', { granted: [POLL], used: [POLL], denied: [] }],
])('does not keep a reason for what is %s', (_what, names) => {
  const explained = { [SCAN]: { used: 'never', why: 'Old.' } } as const;
  expect(findingsOf(names, explained)).toEqual({ surplus: [], stale: [SCAN], denied: [] });
  expect(report(names, explained).faults).toBe(1);
});

describe('what only a race uses', () => {
  const explained = { [SCAN]: { used: 'in a race', why: 'It is read again.' } } as const;

  it.each([
    ['unused', [POLL], 1],
    ['used', [POLL, SCAN], 0],
  ])('may be %s', (_what, used, never) => {
    const { text, faults } = report({ granted: [POLL, SCAN], used, denied: [] }, explained);
    expect(faults).toBe(0);
    expect(text).toContain(`; ${never} never used.`);
  });

  it('is not explained once it is not granted any more', () => {
    expect(findingsOf({ granted: [POLL], used: [POLL], denied: [] }, explained).stale).toEqual([SCAN]);
  });
});

it('finds what was denied', () => {
  const { text, faults } = report({ granted: [POLL], used: [POLL], denied: ['User: x is not authorized'] }, {});
  expect(faults).toBe(1);
  expect(text).toContain('User: x is not authorized');
});

it('is not satisfied with nothing', () => {
  expect(report({ granted: [], used: [], denied: [] }, {})).toMatchObject({ faults: 1 });
});
