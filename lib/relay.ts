/** What follows from each committed change. */
import { assistanceEvents } from './assistance/events.ts';
import type { AssistanceRequest } from './assistance/model.ts';
import { type Cause, causeMembers } from './cause.ts';
import { connectorEvents } from './connectors/events.ts';
import type { Registry } from './connectors/model.ts';
import { type Consequences, withCause } from './consequences.ts';
import { deviceConsequences } from './devices/events.ts';
import type { Device } from './devices/model.ts';
import { inboxMessages, jobEvents, taskEvents } from './restarts/events.ts';
import type { RestartJob, RestartTask } from './restarts/model.ts';

/** A change of one entity, by its kind; `before` and `after` are absent where it is new or deleted. */
export type EntityChange = {
  /** The request that asked for it; absent where none did. */
  requestId?: string | undefined;
} & (
  | { kind: 'device'; before: Device | undefined; after: Device | undefined }
  | { kind: 'request'; before: AssistanceRequest | undefined; after: AssistanceRequest | undefined }
  | { kind: 'connectors'; before: Registry | undefined; after: Registry | undefined }
  | { kind: 'task'; before: RestartTask | undefined; after: RestartTask | undefined }
  | { kind: 'job'; before: RestartJob | undefined; after: RestartJob | undefined }
);

const NOTHING: Consequences = { events: [], messages: [] };

/** What began with the change itself is known by the change's own request. */
export const causeOf = ({ requestId, before, after }: EntityChange): Cause => {
  const { correlationId = requestId }: Cause = (after ?? before ?? {}) as Cause;
  return causeMembers({ requestId, correlationId });
};

const followUps = (change: EntityChange): Consequences => {
  if (change.kind === 'request') return { events: assistanceEvents(change.before, change.after), messages: [] };
  if (change.kind === 'connectors') return { events: connectorEvents(change.before, change.after), messages: [] };
  if (change.after === undefined) return NOTHING;
  if (change.kind === 'device') return deviceConsequences(change.before, change.after);
  if (change.kind === 'job') return { events: jobEvents(change.before, change.after), messages: [] };
  const { before, after } = change;
  return { events: taskEvents(before, after), messages: inboxMessages(before, after) };
};

/** The same for the same change, always: what follows may be done twice, and is known by its ids. */
export const consequencesOf = (change: EntityChange): Consequences => withCause(followUps(change), causeOf(change));
