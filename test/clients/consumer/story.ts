/**
 * The main job, called with the client that @hey-api/openapi-ts makes, at the address that the document names: a request
 * for help from the person's call to its end, and a restart from its order to its proof.
 */
import {
  acknowledgeTask,
  addGroupMember,
  approveAssistanceRequest,
  consent,
  createEnrollmentToken,
  createGroup,
  endAssistance,
  enroll,
  getDevice,
  getTimeline,
  listAlerts,
  listAssistanceRequests,
  listAuditEvents,
  listConnectors,
  listDevices,
  listGroups,
  listJobTasks,
  orderRestart,
  poll,
  previewRestart,
  reportResult,
  requestAssistance,
} from './hey';
import { client } from './hey/client.gen';

/** One answer as it came: of the operation `method` and `path`, the latter with its parameters' names. */
export type Said = { method: string; path: string; status: number; body: unknown };

/**
 * @param adminToken an access token of an admin
 * @param settle waits until what follows from the calls has happened
 * @returns every answer, in order
 * @throws what the client throws for an answer that is not a success
 */
export const story = async (adminToken: string, settle: () => Promise<void>): Promise<Said[]> => {
  const said: Said[] = [];
  let deviceToken = '';
  client.setConfig({ auth: ({ key }) => (key === 'deviceToken' ? deviceToken : adminToken), throwOnError: true });
  client.interceptors.response.use(async (response, _, { method = '', url }) => {
    const text = await response.clone().text();
    said.push({ method, path: url, status: response.status, body: text === '' ? undefined : JSON.parse(text) });
    return response;
  });
  const options = { throwOnError: true } as const;

  const { data: enrollment } = await createEnrollmentToken({ body: {}, ...options });
  const { data: enrolled } = await enroll({
    body: { enrollmentToken: enrollment.token, name: 'Réception 1', platform: 'windows', agentVersion: '1.0.0' },
    ...options,
  });
  deviceToken = enrolled.deviceToken;
  const device = { id: enrolled.deviceId };
  const { data: group } = await createGroup({ body: { name: 'Reception' }, ...options });
  await addGroupMember({ path: { id: group.id, deviceId: device.id }, ...options });
  const polled = (bootId: string) =>
    poll({ body: { bootId, bootedAt: '2026-01-01T00:00:00Z', agentVersion: '1.0.0' }, ...options });
  await polled('boot-before');

  const { data: asked } = await requestAssistance({
    body: { message: 'It is stuck.\nPlease help.', requester: { name: 'Ada', email: 'ada@example.org' } },
    headers: { 'Idempotency-Key': 'a key' },
    ...options,
  });
  await listAssistanceRequests({ query: { state: 'pending', limit: 5 }, ...options });
  await approveAssistanceRequest({ path: { id: asked.id }, body: { connector: 'rustdesk' }, ...options });
  await consent({ path: { id: asked.id }, body: { decision: 'accepted' }, ...options });
  await endAssistance({ path: { id: asked.id }, ...options });

  const order = { groupId: group.id, graceSeconds: 0, message: 'Updates' };
  await previewRestart({ body: order, ...options });
  const { data: job } = await orderRestart({ body: order, ...options });
  await settle();
  const { data: found } = await polled('boot-before');
  const [task] = found?.tasks ?? [];
  if (!task) throw new Error('no task waits for the device');
  await acknowledgeTask({ path: { id: task.id }, body: { receipt: task.receipt, bootId: 'boot-before' }, ...options });
  await reportResult({
    path: { id: task.id },
    body: { outcome: 'succeeded', bootId: 'boot-after', bootedAt: '2027-01-01T00:00:00Z' },
    ...options,
  });
  await settle();

  await listJobTasks({ path: { id: job.id }, query: { state: 'succeeded' }, ...options });
  await getDevice({ path: { id: device.id }, ...options });
  await getTimeline({ path: { id: device.id }, ...options });
  await listDevices({ query: { groupId: group.id, namePrefix: 'réc' }, ...options });
  for (const list of [listGroups, listAlerts, listConnectors, listAuditEvents]) await list(options);
  return said;
};
