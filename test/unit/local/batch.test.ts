import { expect, it } from 'vitest';
import { readOutcome } from '../../../local/sources/batch.ts';

const IDS = new Set(['1', '2', '3']);
const outcome = (answer: unknown, reports = true) =>
  readOutcome({ ok: true, payload: JSON.stringify(answer) }, reports, IDS).failed;
const failures = (...ids: unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

it('is done where nothing failed, as AWS reads it', () => {
  for (const answer of [null, {}, { batchItemFailures: null }, failures(), 'text'])
    expect(outcome(answer)).toBe('none');
  expect(outcome(failures('1'), false)).toBe('none');
});

it('tells what failed', () => {
  expect(outcome(failures('2', '3'))).toEqual(new Set(['2', '3']));
});

it('takes the whole batch as failed where an identifier is wrong', () => {
  for (const id of ['9', '', null]) expect(outcome(failures(id))).toBe('all');
  expect(readOutcome({ ok: false, error: { errorType: 'E', errorMessage: 'm' } }, true, IDS)).toEqual({
    failed: 'all',
    error: 'E: m',
  });
});
