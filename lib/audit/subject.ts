/** What a request is about: from its path, and from the ids of what it wrote. */
import type { IdPrefix } from '../api/common.ts';
import type { Operation } from '../api/operation.ts';
import type { AuditSubject } from './model.ts';

const TYPES: Readonly<Record<IdPrefix, string>> = {
  dev: 'device',
  grp: 'group',
  enr: 'enrollmentToken',
  req: 'assistanceRequest',
  job: 'restartJob',
  tsk: 'restartTask',
  alr: 'alert',
  evt: 'auditEvent',
};

/** By the part of the path that names what there are many of. */
export const TYPE_OF_COLLECTION: Readonly<Record<string, string>> = {
  devices: TYPES.dev,
  enrollments: TYPES.dev,
  credentials: TYPES.dev,
  poll: TYPES.dev,
  groups: TYPES.grp,
  'enrollment-tokens': TYPES.enr,
  'assistance-requests': TYPES.req,
  'restart-jobs': TYPES.job,
  'restart-tasks': TYPES.tsk,
  tasks: TYPES.tsk,
  alerts: TYPES.alr,
  'audit-events': TYPES.evt,
  connectors: 'connector',
  overview: 'system',
  health: 'system',
  me: 'admin',
  'openapi.json': 'system',
};

const ID = /^([a-z]{3})_[0-9A-HJKMNP-TV-Z]{26}$/;

/** @returns `undefined` for what is no id of ours */
export const subjectOfId = (id: string): AuditSubject | undefined => {
  const type = TYPES[ID.exec(id)?.[1] as IdPrefix];
  return type === undefined ? undefined : { type, id };
};

/** The part of `/v1/devices/{id}`, or of `/v1/agent/tasks/{id}/ack`, that is not about who calls: `devices`, `tasks`. */
export const collectionOf = ({ path }: Pick<Operation, 'path'>): string =>
  /^\/v1\/(?:agent\/)?([^/]+)/.exec(path)?.[1] ?? '';

/** A connector's name may stand in the path itself, as in `/v1/connectors/teamviewer/onboarding`. */
const NAMED_CONNECTOR = /^\/v1\/connectors\/([a-z]+)/;

/** Longer than any id or name. What is longer is not kept: a caller chose it, and an index takes no key of any length. */
const LONGEST_ID = 128;

/** What a request's path asks for, whether or not that exists. */
export const addressed = (
  operation: Pick<Operation, 'path'>,
  params: Readonly<Record<string, string | undefined>>,
): AuditSubject => {
  const collection = collectionOf(operation);
  const id = params['id'] ?? params['name'] ?? NAMED_CONNECTOR.exec(operation.path)?.[1];
  return {
    type: TYPE_OF_COLLECTION[collection] ?? collection,
    ...(id !== undefined && id.length <= LONGEST_ID && { id }),
  };
};
