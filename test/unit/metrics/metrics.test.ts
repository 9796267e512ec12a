/** What is counted of which change, and that CloudWatch can read it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { metricsOf } from '../../../lib/lambda/metrics.ts';
import { measurementsOf } from '../../../lib/metrics/changes.ts';
import { METRICS, type Measurement, type MetricDefinition, type MetricName } from '../../../lib/metrics/model.ts';
import { isOpen } from '../../../lib/restarts/model.ts';
import { metricsIn } from '../../support/emf.ts';
import { REQUEST_TRANSITIONS, TASK_TRANSITIONS } from '../support/events.ts';
import { aDevice, aJob, pendingRequest, requestIn, taskIn } from '../support/fixtures.ts';
import { MINUTE, T0 } from '../support/time.ts';

let written: string[];
beforeEach(() => {
  written = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a line of metrics', () => {
  const measure = metricsOf('test');

  it.each(Object.keys(METRICS) as MetricName[])('with %s is as CloudWatch reads it', (metric) => {
    const { dimension }: MetricDefinition = METRICS[metric];
    measure([{ metric, value: 1.5, ...(dimension !== undefined && { of: 'x' }) }]);
    expect(written.flatMap((line) => metricsIn(line))).toEqual([
      {
        name: metric,
        unit: METRICS[metric].unit,
        values: [1.5],
        dimensions: { stage: 'test', ...(dimension !== undefined && { [dimension]: 'x' }) },
      },
    ]);
  });

  it('has all values of what has the same dimensions', () => {
    const ended = (of: string): Measurement => ({ metric: 'TasksEnded', value: 1, of });
    const waited = (value: number): Measurement => ({ metric: 'TimeToAcknowledge', value });
    const answered: Measurement = { metric: 'TimeToAnswer', value: 3 };
    measure([ended('failed'), waited(1), ended('succeeded'), waited(2), answered, ended('failed')]);
    const found = written
      .flatMap((line) => metricsIn(line))
      .map(({ name, values, dimensions }) => [name, dimensions['outcome'], values]);
    expect(found).toEqual([
      ['TasksEnded', 'failed', [1, 1]],
      ['TimeToAcknowledge', undefined, [1, 2]],
      ['TimeToAnswer', undefined, [3]],
      ['TasksEnded', 'succeeded', [1]],
    ]);
    expect(written).toHaveLength(3);
  });

  it('has a hundred values at most, so that none is left out', () => {
    measure(Array.from({ length: 250 }, (_, value) => ({ metric: 'TimeToAnswer', value }) as const));
    const values = written.map((line) => metricsIn(line).flatMap((datum) => datum.values));
    expect(values.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(values.flat()).toEqual(Array.from({ length: 250 }, (_, value) => value));
  });

  it('is not written for nothing', () => {
    measure([]);
    expect(written).toEqual([]);
  });
});

describe('a change of a task', () => {
  it.each(TASK_TRANSITIONS.map((change) => [`${change.before?.state} → ${change.after?.state}`, change] as const))(
    '%s counts as an end exactly where it is one',
    (_, { before, after }) => {
      const ended = measurementsOf({ kind: 'task', before, after }).filter(({ metric }) => metric === 'TasksEnded');
      const isEnd = after !== undefined && !isOpen(after) && before?.state !== after.state;
      expect(ended).toEqual(isEnd ? [{ metric: 'TasksEnded', value: 1, of: after.state }] : []);
    },
  );

  it('tells how long the device took to acknowledge, and nothing below zero', () => {
    const before = taskIn('queued', { changedAt: T0 });
    const after = (changedAt: number) => taskIn('inProgress', { changedAt });
    const measured = (changedAt: number) => measurementsOf({ kind: 'task', before, after: after(changedAt) });
    expect(measured(T0 + MINUTE)).toEqual([{ metric: 'TimeToAcknowledge', value: 60 }]);
    expect(measured(T0 - 5)).toEqual([{ metric: 'TimeToAcknowledge', value: 0 }]);
  });

  it('is not counted again when nothing of its state changes, nor when DynamoDB deletes it', () => {
    const task = taskIn('succeeded');
    expect(measurementsOf({ kind: 'task', before: task, after: { ...task, version: 9 } })).toEqual([]);
    expect(measurementsOf({ kind: 'task', before: task, after: undefined })).toEqual([]);
  });
});

describe('a change of a request', () => {
  it.each(REQUEST_TRANSITIONS.map((change) => [`${change.before?.state} → ${change.after?.state}`, change] as const))(
    '%s is an answer only where an admin gave one',
    (_, { before, after }) => {
      const names = measurementsOf({ kind: 'request', before, after }).map(({ metric }) => metric);
      const isAnswer = before?.state === 'pending' && ['approved', 'declined'].includes(after?.state ?? '');
      expect(names.includes('TimeToAnswer')).toBe(isAnswer);
    },
  );

  it('tells how long the person waited, or that they waited in vain', () => {
    const before = pendingRequest();
    const after = { ...requestIn('declined'), changedAt: before.createdAt + 2 * MINUTE };
    expect(measurementsOf({ kind: 'request', before, after })).toEqual([{ metric: 'TimeToAnswer', value: 120 }]);
    const gone = { kind: 'request', before, after: undefined } as const;
    expect(measurementsOf(gone)).toEqual([{ metric: 'RequestsExpired', value: 1 }]);
    expect(measurementsOf({ ...gone, before: requestIn('ended') })).toEqual([]);
  });
});

it('nothing else is counted', () => {
  expect(measurementsOf({ kind: 'device', before: undefined, after: aDevice() })).toEqual([]);
  expect(measurementsOf({ kind: 'job', before: undefined, after: aJob() })).toEqual([]);
});
