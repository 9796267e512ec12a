/** The small parts of the Lambda bundle: environment, logs, and events from the bus. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { EVENT_TYPES } from '../../../lib/events/model.ts';
import { type BusEvent, domainEventOf } from '../../../lib/lambda/bus.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { log, logSwallowed } from '../../../lib/lambda/log.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('the environment', () => {
  const Schema = z.object({ FIRST_TABLE: z.string(), SECOND_TABLE: z.string() });

  it('is read by its schema', () => {
    vi.stubEnv('FIRST_TABLE', 'first');
    vi.stubEnv('SECOND_TABLE', 'second');
    expect(readEnvironment(Schema)).toEqual({ FIRST_TABLE: 'first', SECOND_TABLE: 'second' });
  });

  it('that lacks something says what, and shows no value', () => {
    vi.stubEnv('FIRST_TABLE', 'the secret value');
    expect(() => readEnvironment(Schema)).toThrow('environment: SECOND_TABLE not as expected');
  });
});

describe('a line of the log', () => {
  const lines = (write: () => void): unknown[] => {
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
    write();
    return written.map((line) => {
      expect(line.endsWith('\n')).toBe(true);
      expect(line.trimEnd()).not.toContain('\n');
      return JSON.parse(line);
    });
  };

  it('is JSON with a level, a time and a message', () => {
    const written = lines(() => {
      log.info('swept', { requestsDeleted: 1 });
      log.warn('careful');
    });
    expect(written).toMatchObject([
      { level: 'INFO', message: 'swept', requestsDeleted: 1, timestamp: expect.stringMatching(/Z$/) },
      { level: 'WARN', message: 'careful' },
    ]);
  });

  it('tells of an error with its name and stack, and of what is no error too', () => {
    const written = lines(() => {
      log.error('failed', { error: new TypeError('two\nlines') });
      log.error('failed', { error: 'text' });
      logSwallowed('left as it is', new Error('why'));
    });
    expect(written).toMatchObject([
      { error: { name: 'TypeError', message: 'two\nlines', stack: expect.stringContaining('small.test') } },
      { error: { name: 'NotAnError', message: 'text' } },
      { level: 'WARN', message: 'left as it is', error: { message: 'why' } },
    ]);
  });
});

describe('an event from the bus', () => {
  const busEvent = (type: string) => ({ 'detail-type': type, detail: { id: 'a', version: 1 } }) as unknown as BusEvent;

  it.each(EVENT_TYPES)('is one of ours: %s', (type) => {
    expect(domainEventOf(busEvent(type))).toEqual({ type, detail: { id: 'a', version: 1 } });
  });

  it.each(['', 'Scheduled Event', 'toString'])('is refused where it is not: %j', (type) => {
    expect(() => domainEventOf(busEvent(type))).toThrow('is no event of this system');
  });
});
