/** EventBridge, as far as `PutEvents`: each entry is checked as AWS checks it, and goes to the local bus. */
import type { EventBus, NewEvent } from '../events/bus.ts';
import { type AwsHandler, jsonError, jsonReply } from './call.ts';

type Entry = {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Resources?: string[];
  /** Seconds since the epoch, or ISO 8601. */
  Time?: number | string;
};
type Refusal = { ErrorCode: string; ErrorMessage: string };

const MAXIMUM_ENTRIES = 10;
const MAXIMUM_BYTES = 1_048_576;

const isJsonObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false;
  }
};

const missing = (name: string): Refusal => ({
  ErrorCode: 'InvalidArgument',
  ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
});

const check = (entry: Entry): NewEvent | Refusal => {
  const { Source, DetailType, Detail, Resources = [], Time, EventBusName = 'default' } = entry;
  if (!Source) return missing('Source');
  if (!DetailType) return missing('DetailType');
  if (!Detail) return missing('Detail');
  if (!isJsonObject(Detail)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  if (Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  return {
    busName: EventBusName.slice(EventBusName.lastIndexOf('/') + 1),
    source: Source,
    detailType: DetailType,
    detail: JSON.parse(Detail) as Record<string, unknown>,
    resources: Resources,
    ...(Time !== undefined && { time: new Date(typeof Time === 'number' ? Time * 1000 : Time) }),
  };
};

export const eventsHandler =
  (bus: EventBus): AwsHandler =>
  async ({ action, body }) => {
    if (action !== 'PutEvents')
      return jsonError('UnknownOperationException', `The local stack does not know events:${action}.`);
    const { Entries = [] } = JSON.parse(body) as { Entries?: Entry[] };
    if (Entries.length === 0 || Entries.length > MAXIMUM_ENTRIES) {
      return jsonError(
        'ValidationException',
        `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${MAXIMUM_ENTRIES}`,
      );
    }
    if (Buffer.byteLength(body) > MAXIMUM_BYTES)
      return jsonError('ValidationException', 'Total size of the entries in the request is over the limit.');
    const checked = Entries.map(check);
    const unknown = checked.find((event) => 'busName' in event && !bus.has(event.busName));
    if (unknown && 'busName' in unknown) {
      return jsonError('ResourceNotFoundException', `Event bus ${unknown.busName} does not exist.`);
    }
    const ids = bus.put(checked.filter((event) => 'busName' in event));
    const answers = checked.map((event) => ('busName' in event ? { EventId: ids.shift() } : event));
    return jsonReply(200, {
      FailedEntryCount: checked.filter((event) => 'ErrorCode' in event).length,
      Entries: answers,
    });
  };
