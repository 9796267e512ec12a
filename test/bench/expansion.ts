/**
 * An order for a whole fleet on the local engines: how long it takes until each device's message is in its inbox, how many
 * calls that makes, and that nothing is lost or doubled, with the worker left alone and with it killed time and again.
 */
import { atMost, type Figure, info } from './figure.ts';
import { orderForAll, type Run } from './order-for-all.ts';

const KILL_EVERY = 500;

/** Of the worker that expands and counts, and of the relay that sends. */
const DYNAMODB_PER_DEVICE = 2;
const SQS_PER_DEVICE = 1;

/** Nothing lost, nothing doubled: a task for each device, a message for each task, and counts that say so. */
const isExact = ({ job, tasks, messages }: Run, devices: number): boolean =>
  job.state === 'running' &&
  job.deviceCount === devices &&
  job.counts.queued === devices &&
  Object.keys(job.counts).length === 1 &&
  tasks === devices &&
  messages.length === devices &&
  new Set(messages.map(({ deviceId }) => deviceId)).size === devices;

const exactness = (what: string, run: Run, devices: number): Figure => ({
  figure: `${what}: tasks, counted, messages`,
  measured: `${run.tasks}, ${run.job.counts.queued ?? 0}, ${run.messages.length}`,
  target: `${devices} each`,
  verdict: isExact(run, devices) ? 'ok' : 'MISSED',
});

const requests = (value: number): string => `${value.toFixed(2)}`;

/** @param assemblyDir what the stacks are started from */
export const expansion = async (folder: string, assemblyDir: string, devices: number): Promise<Figure[]> => {
  const what = `restart of ${devices.toLocaleString('en-US')} devices`;
  const run = await orderForAll(folder, assemblyDir, devices);
  const killed = await orderForAll(folder, assemblyDir, devices, KILL_EVERY);
  const kills = `the same, the worker killed ${killed.kills} times`;
  return [
    exactness(what, run, devices),
    info(`${what}: expanded, counted, the first messages sent`, `${run.seconds.toFixed(0)} s`),
    info(`${what}: the sweep lets the rest start`, `${run.releaseSeconds.toFixed(0)} s`),
    atMost(`${what}: DynamoDB requests a device`, run.dynamodb, DYNAMODB_PER_DEVICE, requests),
    atMost(`${what}: SQS requests a device`, run.sqs, SQS_PER_DEVICE, requests),
    info(`preview of ${devices.toLocaleString('en-US')} devices`, `${run.previewMs.toFixed(0)} ms`),
    exactness(kills, killed, devices),
    info(`${kills}: expanded, counted, the first messages sent`, `${killed.seconds.toFixed(0)} s`),
    info(`${kills}: DynamoDB requests a device`, requests(killed.dynamodb)),
  ];
};
