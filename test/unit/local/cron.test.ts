import { expect, it } from 'vitest';
import { isEveryMinute, parseSchedule } from '../../../local/events/cron.ts';

const due = (expression: string, time: string) => parseSchedule(expression, 'S')(Date.parse(time) / 60_000);

it.each([
  ['rate(1 minute)', '2025-03-01T10:07:00Z', true],
  ['rate(5 minutes)', '2025-03-01T10:05:00Z', true],
  ['rate(5 minutes)', '2025-03-01T10:06:00Z', false],
  ['rate(1 hour)', '2025-03-01T10:00:00Z', true],
  ['cron(0 8 * * ? *)', '2025-03-01T08:00:00Z', true],
  ['cron(0 8 * * ? *)', '2025-03-01T08:01:00Z', false],
  ['cron(0/15 * * * ? *)', '2025-03-01T08:45:00Z', true],
  ['cron(0 9-17 ? * MON-FRI *)', '2025-03-03T12:00:00Z', true],
  ['cron(0 9-17 ? * MON-FRI *)', '2025-03-02T12:00:00Z', false],
  ['cron(0 0 1 JAN,JUL ? 2025)', '2025-07-01T00:00:00Z', true],
])('%s at %s: %s', (expression, time, expected) => {
  expect(due(expression, time)).toBe(expected);
});

it.each([
  'rate(0 minutes)',
  'rate(1 week)',
  'cron(0 8 * * *)',
  'cron(61 * * * ? *)',
  'cron(0 0 L * ? *)',
  'at(2025-01-01T00:00:00)',
])('refuses %s', (expression) => {
  expect(() => parseSchedule(expression, 'Nightly')).toThrow(/Nightly/);
});

it('tells which schedule runs each minute', () => {
  expect(isEveryMinute(parseSchedule('rate(1 minute)', 'S'))).toBe(true);
  expect(isEveryMinute(parseSchedule('cron(* * * * ? *)', 'S'))).toBe(true);
  expect(isEveryMinute(parseSchedule('rate(2 minutes)', 'S'))).toBe(false);
});
