/** Which request each write, log line, event and message names. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toItem } from '../../lib/aws/items.ts';
import { deviceKey } from '../../lib/aws/keys.ts';
import { currentCause, following } from '../../lib/cause.ts';
import { type BusEvent, busFunction } from '../../lib/lambda/bus.ts';
import { log } from '../../lib/lambda/log.ts';
import { consequencesOf } from '../../lib/relay.ts';
import { aDevice, DEVICE_ID, taskIn } from './support/fixtures.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const linesOf = async (run: () => unknown): Promise<Record<string, unknown>[]> => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  await run();
  return lines.map((line) => JSON.parse(line));
};

const cause = { requestId: 'this one', correlationId: 'the first one' };

describe('what follows from a request', () => {
  it('is bound to its own work, however many are under way, and to nothing after it', async () => {
    const seen = await Promise.all(
      ['a', 'b'].map((requestId) =>
        following({ requestId }, async () => {
          await Promise.resolve();
          return currentCause().requestId;
        }),
      ),
    );
    expect(seen).toEqual(['a', 'b']);
    expect(currentCause()).toEqual({});
  });

  it('is named by its log lines, and by none of other work', async () => {
    const [inside, outside] = await linesOf(() => {
      following(cause, () => log.info('inside'));
      log.info('outside');
    });
    expect(inside).toMatchObject({ message: 'inside', ...cause });
    expect(Object.keys(outside ?? {})).toEqual(['level', 'timestamp', 'message']);
  });

  it('is stored with what it writes, and is gone when nobody’s request writes the item again', () => {
    const write = () => toItem('Device', deviceKey(DEVICE_ID), aDevice());
    expect(following(cause, write)).toMatchObject({ causedBy: 'this one' });
    expect(write()).not.toHaveProperty('causedBy');
  });
});

describe('an event and a message', () => {
  const queued = { ...taskIn('queued', { version: 1 }), correlationId: 'the order' };

  it('name the request that changed something, and the one that it all began with', () => {
    const { events, messages } = consequencesOf({ kind: 'task', requestId: 'r', before: undefined, after: queued });
    expect(events).toMatchObject([{ detail: { requestId: 'r', correlationId: 'the order' } }]);
    expect(messages).toMatchObject([{ taskId: queued.id, requestId: 'r', correlationId: 'the order' }]);
  });

  it('name only the beginning where time changed it', () => {
    const after = { ...taskIn('expired'), correlationId: 'the order' };
    const [event] = consequencesOf({ kind: 'task', before: queued, after }).events;
    expect(event?.detail).toMatchObject({ correlationId: 'the order' });
    expect(event?.detail).not.toHaveProperty('requestId');
  });

  it('of what a request began by itself name that request as both', () => {
    const change = { kind: 'device', requestId: 'r', before: undefined, after: aDevice() } as const;
    expect(consequencesOf(change).events).toMatchObject([{ detail: { requestId: 'r', correlationId: 'r' } }]);
  });

  it('of what nobody knows the cause of name none', () => {
    const [event] = consequencesOf({ kind: 'device', before: undefined, after: aDevice() }).events;
    expect(Object.keys(event?.detail ?? {})).not.toEqual(expect.arrayContaining(['requestId', 'correlationId']));
  });
});

describe('a consumer of the bus', () => {
  const event = {
    'detail-type': 'DeviceEnrolled',
    detail: { id: DEVICE_ID, version: 1, occurredAt: '2026-01-31T12:00:00.000Z', ...cause },
  } as BusEvent;

  it('names the event and its cause, whether it handles it or not', async () => {
    const name = `DeviceEnrolled:${DEVICE_ID}#1`;
    const handled = await linesOf(() => busFunction(async () => log.info('at work'))(event));
    expect(handled).toMatchObject([
      { message: 'at work', ...cause },
      { message: 'event handled', event: name, ...cause },
    ]);
    const failed = await linesOf(async () => {
      const fail = busFunction(async () => {
        throw new Error('why');
      });
      await expect(fail(event)).rejects.toThrow('why');
    });
    expect(failed).toMatchObject([{ level: 'ERROR', event: name, error: { message: 'why' }, ...cause }]);
  });
});
