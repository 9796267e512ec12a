/**
 * What the fuzzed requests meet: devices, a group, requests for help, restarts and an alert of their own, made through
 * the API. Requests are generated with names in the place of ids, so that a seed gives the same ones in any world.
 */
import { randomUUID } from 'node:crypto';
import { listAlerts } from '../../lib/api/alerts.ts';
import { approveAssistanceRequest, requestAssistance } from '../../lib/api/assistance.ts';
import { createEnrollmentToken } from '../../lib/api/devices.ts';
import { addGroupMember, createGroup } from '../../lib/api/groups.ts';
import type { Operation } from '../../lib/api/operation.ts';
import { listJobTasks, orderRestart } from '../../lib/api/restarts.ts';
import { type Product, polledTasks } from '../integration/product/product.ts';
import { CREDENTIALS, type CredentialName, credentialHeader, type FuzzRequest } from './requests.ts';
import type { Known } from './values.ts';

/** Names that stand for ids until a request is sent. Letters only, so that nothing escapes them. */
const NAMES = {
  device: ['IDdeviceOwn', 'IDdeviceOther'],
  spareDevice: ['IDdeviceSpare'],
  group: ['IDgroup', 'all'],
  request: ['IDrequestOwn', 'IDrequestOther'],
  job: ['IDjobOwn', 'IDjobOther'],
  task: ['IDtaskOwn', 'IDtaskOther'],
  alert: ['IDalert'],
  enrollmentToken: ['IDenrollment'],
  connector: ['rustdesk', 'teamviewer'],
} as const;

/** By the path's segment before the parameter. */
const SEGMENTS: Readonly<Record<string, readonly string[]>> = {
  devices: NAMES.device,
  groups: NAMES.group,
  members: NAMES.device,
  'assistance-requests': NAMES.request,
  'restart-jobs': NAMES.job,
  'restart-tasks': NAMES.task,
  tasks: NAMES.task,
  alerts: NAMES.alert,
  'enrollment-tokens': NAMES.enrollmentToken,
  connectors: NAMES.connector,
};

/** @returns the names to generate requests of this operation with */
export const namesFor = (op: Operation): Known => {
  const inPath = [...op.path.matchAll(/([\w-]+)\/\{(\w+)\}/g)].map(([, segment = '', name = '']) => {
    // The devices that call must stay, or all that follows is 401.
    const ids = op.id === 'retireDevice' ? NAMES.spareDevice : (SEGMENTS[segment] ?? []);
    return [`${op.id}.${name}`, ids] as const;
  });
  return {
    ...Object.fromEntries(inPath),
    deviceId: NAMES.device,
    // Not `all`: each order for it would reach every device of every world.
    groupId: ['IDgroup'],
    receipt: ['IDreceipt'],
    bootId: ['IDbootBefore', 'IDbootAfter'],
    enrollmentToken: ['IDenrollmentSecret'],
    subject: [...NAMES.device, ...NAMES.request],
    actor: ['ada', ...NAMES.device],
  };
};

export type World = {
  /** The request with this world's ids and credentials in the place of their names, and whether a device makes it. */
  placed(op: Operation, request: FuzzRequest): { placed: FuzzRequest; byDevice: boolean };
  /** Texts that belong to another device than the one that calls. */
  readonly foreign: readonly string[];
};

const replaceAll = (text: string, ids: ReadonlyMap<string, string>): string =>
  text.replace(
    /ID(device|group|request|job|task|alert|enrollment|receipt|boot)[A-Za-z]*/g,
    (name) => ids.get(name) ?? name,
  );

const askForHelp = (message: string, rustdeskId: string) => ({
  body: { message, requester: { name: message, email: `${message}@example.org` }, rustdeskId },
});

/** Makes a world on the product at hand; its restarts are for its own devices alone. */
export const createWorld = async (product: Product): Promise<World> => {
  const admin = await product.admin();
  const [own, other, spare] = await Promise.all([product.enroll(), product.enroll(), product.enroll()]);
  const secret = `foreign${randomUUID().replaceAll('-', '')}`;
  const [group, enrollment, mine, theirs, ownJob, otherJob] = await Promise.all([
    admin(createGroup, { body: { name: `fuzz ${secret.slice(0, 12)}` } }),
    admin(createEnrollmentToken, { body: { maxUses: 10_000 } }),
    own.call(requestAssistance, askForHelp('help', 'own1234')),
    other.call(requestAssistance, askForHelp(secret, 'other1234')),
    admin(orderRestart, { body: { deviceIds: [own.id] } }),
    admin(orderRestart, { body: { deviceIds: [other.id], message: secret } }),
  ]);
  await admin(addGroupMember, { params: { id: group.body.id, deviceId: own.id } });
  await admin(approveAssistanceRequest, { params: { id: theirs.body.id }, body: {} });
  await product.settle();
  const taskOf = async (id: string): Promise<string> =>
    (await admin(listJobTasks, { params: { id } })).body.items[0]?.id ?? '';
  const [ownTask, otherTask, tasks, alerts] = await Promise.all([
    taskOf(ownJob.body.id),
    taskOf(otherJob.body.id),
    polledTasks(own),
    admin(listAlerts, { query: { limit: '1' } }),
  ]);
  const ids = new Map(
    Object.entries({
      IDdeviceOwn: own.id,
      IDdeviceOther: other.id,
      IDdeviceSpare: spare.id,
      IDgroup: group.body.id,
      IDrequestOwn: mine.body.id,
      IDrequestOther: theirs.body.id,
      IDjobOwn: ownJob.body.id,
      IDjobOther: otherJob.body.id,
      IDtaskOwn: ownTask,
      IDtaskOther: otherTask,
      IDalert: alerts.body.items[0]?.id ?? '',
      IDenrollment: enrollment.body.id,
      IDenrollmentSecret: enrollment.body.token,
      IDreceipt: tasks[0]?.receipt ?? '',
      IDbootBefore: own.boot,
      IDbootAfter: randomUUID(),
    }),
  );
  const [adminToken, viewerToken] = await Promise.all([product.token('admin'), product.token('viewer')]);
  const tokens: Record<CredentialName, (op: Operation) => string | undefined> = {
    may: ({ caller }) => (caller === 'agent' ? own.token : adminToken),
    nobody: () => undefined,
    viewer: () => viewerToken,
    device: () => own.token,
    admin: () => adminToken,
  };
  const bearers = new Map(CREDENTIALS.map((name) => [credentialHeader(name), tokens[name]]));
  return {
    foreign: [secret],
    placed: (op, request) => {
      const headers = request.headers.flatMap(([name, value]): FuzzRequest['headers'] => {
        const tokenOf = bearers.get(value);
        if (!tokenOf) return [[name, value]];
        const token = tokenOf(op);
        return token === undefined ? [] : [[name, `Bearer ${token}`]];
      });
      return {
        byDevice: headers.some(([, value]) => value === `Bearer ${own.token}`),
        placed: {
          ...request,
          headers,
          path: replaceAll(request.path, ids),
          ...(typeof request.body === 'string' && { body: replaceAll(request.body, ids) }),
        },
      };
    },
  };
};
