/** `status`: who this device is and what is under way, from its own state alone. Never the credential. */
import { isOver } from '../assistance/words.ts';
import { whatToDo } from '../credential/refusals.ts';
import { isAnotherMachine } from '../platform/machine-marks.ts';
import { deviceFile, type Enrolled } from '../state/device-file.ts';
import { refusedFile } from '../state/refused-file.ts';
import { requestFile } from '../state/request-file.ts';
import { type TaskRecord, taskFile } from '../state/task-file.ts';
import { AGENT_VERSION } from '../version.ts';
import type { OptionsOf } from './arguments.ts';
import { type Context, copyOf } from './context.ts';
import { type Reached, wayTo } from './network.ts';
import { provisioningWords, readProvisioning } from './provisioning-status.ts';

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

const describeTask = (task: TaskRecord) => ({
  id: task.id,
  stage: task.stage,
  dryRun: task.dryRun,
  postponements: task.postponements ?? 0,
  maxPostponements: task.maxPostponements ?? 0,
  mayReject: task.mayReject ?? false,
  ...(task.stage === 'acknowledged' && { restartAt: iso(task.restartAt), deadline: iso(task.deadline) }),
  ...(task.stage === 'reporting' && { outcome: task.outcome }),
});

/** How far a request has come, as the window in which it was made or the agent that runs has seen it: it never goes back. */
const furthest = (...states: readonly string[]): string => {
  const order = ['pending', 'approved', 'connected'];
  return states.find(isOver) ?? states.toSorted((a, b) => order.indexOf(b) - order.indexOf(a))[0] ?? '';
};

/** Why this device cannot do its work, where its state says so, and what to do about it. */
const problemOf = async ({ stateDir, platform }: Context, device: Enrolled) => {
  if (isAnotherMachine(device.machine, await platform().machineMarks())) {
    return { code: 'anotherMachine', detail: copyOf(device, stateDir) };
  }
  const refused = (await refusedFile(stateDir).read())?.refused;
  if (refused?.deviceId !== device.deviceId) return undefined;
  return { code: 'credentialRefused', since: iso(refused.since), detail: whatToDo(refused.detail) };
};

/** By which way the server is reached. What cannot be used is told by whoever would use it. */
const readNetwork = async (context: Context, apiUrl: string): Promise<{ network?: Reached }> => {
  const reached = await wayTo(context, {}, apiUrl).then(
    (way) => way.reached,
    () => undefined,
  );
  return reached?.proxy === undefined && reached?.caFile === undefined ? {} : { network: reached };
};

/** @throws DamagedState when a file cannot be understood */
const readStatus = async (context: Context) => {
  const { stateDir } = context;
  const device = (await deviceFile(stateDir).read())?.enrolled;
  const problem = device && (await problemOf(context, device));
  const provisioning = await readProvisioning(context, device !== undefined);
  const { task, shown } = (await taskFile(stateDir).read()) ?? {};
  const asked = (await requestFile(stateDir).read())?.current;
  const seen = asked !== undefined && shown?.requestId === asked.id ? [shown.state] : [];
  const request = asked && { ...asked, state: furthest(asked.state, ...seen) };
  const own = device && { deviceId: device.deviceId, name: device.name, apiUrl: device.apiUrl };
  return {
    enrolled: device !== undefined,
    ...own,
    ...(device && { enrolledAt: iso(device.enrolledAt) }),
    ...(device?.rotatedAt !== undefined && { credentialRotatedAt: iso(device.rotatedAt) }),
    ...(problem && { problem }),
    ...(provisioning && { provisioning }),
    agentVersion: AGENT_VERSION,
    stateDir,
    ...(device && (await readNetwork(context, device.apiUrl))),
    ...(task && task.deviceId === device?.deviceId && { restart: describeTask(task) }),
    ...(request &&
      request.deviceId === device?.deviceId &&
      !isOver(request.state) && { assistanceRequest: { id: request.id, state: request.state } }),
  };
};

export const status = async (context: Context, options: OptionsOf<'status'>): Promise<void> => {
  const found = await readStatus(context);
  if (options.json) return context.print(JSON.stringify(found));
  const { enrolled, deviceId, name, apiUrl, problem, provisioning, restart, assistanceRequest } = found;
  context.print(enrolled ? `Device ${deviceId}, "${name}", at ${apiUrl}` : 'Not enrolled');
  if (problem) context.print(problem.detail);
  if (provisioning) context.print(provisioningWords(provisioning, enrolled));
  context.print(`Agent ${AGENT_VERSION}, state in ${context.stateDir}`);
  if (found.network?.proxy) context.print(`Reaches the server through the proxy ${found.network.proxy}`);
  if (found.network?.caFile) context.print(`Trusts the certificates in ${found.network.caFile} too`);
  context.print(restart ? `Restart ${restart.id}: ${restart.stage}` : 'No restart under way');
  context.print(
    assistanceRequest ? `Request for help ${assistanceRequest.id}: ${assistanceRequest.state}` : 'No request for help',
  );
};
