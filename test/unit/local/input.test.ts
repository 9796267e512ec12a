import { expect, it } from 'vitest';
import { targetPayload, valueAtPath } from '../../../local/events/input.ts';
import type { TargetInput } from '../../../local/resources/model.ts';

const event = {
  id: 'e1',
  time: '2025-01-01T00:00:00Z',
  detail: { name: 'a "b"', count: 3, list: [{ id: 'x' }], none: null },
};
const RULE = 'arn:aws:events:eu-central-1:000000000000:rule/bus/name';
const transform = (template: string, paths: Record<string, string> = {}) =>
  targetPayload({ kind: 'transformer', paths, template }, event, RULE);

it('gives the whole event, a constant or a part', () => {
  const payload = (input: TargetInput) => JSON.parse(targetPayload(input, event, RULE)) as unknown;
  expect(payload({ kind: 'whole' })).toEqual(event);
  expect(payload({ kind: 'constant', json: '{"a":1}' })).toEqual({ a: 1 });
  expect(payload({ kind: 'path', path: '$.detail.list' })).toEqual([{ id: 'x' }]);
});

it('finds values by their path', () => {
  expect(valueAtPath(event, '$')).toBe(event);
  expect(valueAtPath(event, '$.detail.list[0].id')).toBe('x');
  expect(valueAtPath({ 'detail-type': 'T' }, "$['detail-type']")).toBe('T');
  expect(valueAtPath({ 'detail-type': 'T' }, '$.detail-type')).toBe('T');
  expect(valueAtPath(event, '$.detail.none.deep')).toBeUndefined();
});

it('fills a text, which is sent as a JSON string', () => {
  expect(transform('"It is <name>, <count> times"', { name: '$.detail.name', count: '$.detail.count' })).toBe(
    '"It is a \\"b\\", 3 times"',
  );
  expect(transform('It is <count>', { count: '$.detail.count' })).toBe('"It is 3"');
});

it('fills a JSON document', () => {
  const filled = transform(
    '{"n": <name>, "c": <count>, "l": <list>, "s": "x-<count>", "r": "<aws.events.rule-name>", "e": <aws.events.event.json>}',
    {
      name: '$.detail.name',
      count: '$.detail.count',
      list: '$.detail.list',
    },
  );
  expect(JSON.parse(filled)).toEqual({ n: 'a "b"', c: 3, l: [{ id: 'x' }], s: 'x-3', r: 'name', e: event });
});

it('leaves alone what is no placeholder of its own', () => {
  expect(transform('"a <unknown> < b"')).toBe('"a <unknown> < b"');
});
