/** What each call about a restart task does by its specification. */
import type { Id } from '../../../lib/ids.ts';
import type { RestartSpec, SpecTask } from '../restart-spec.ts';
import type { Part } from './recorder.ts';

type TaskPart = Part<RestartSpec>;

export type Reported = 'succeeded' | 'failed' | 'rejected' | 'canceled';

const on =
  (id: Id, part: (spec: RestartSpec, task: SpecTask) => string): TaskPart =>
  (spec) => {
    const task = spec.tasks.get(id);
    return task ? part(spec, task) : 'not_found';
  };

/** A device that was retired meanwhile is refused at once, or finds what its retirement has left. */
const byDevice = (id: Id, part: (spec: RestartSpec, task: SpecTask) => string): TaskPart => {
  const make = on(id, part);
  return (spec) => {
    const told = make(spec);
    const device = spec.tasks.get(id)?.device;
    const isRetired = device !== undefined && spec.devices.get(device)?.retired;
    return isRetired && typeof told === 'string' ? ['unauthenticated', told] : told;
  };
};

export const acknowledging = (id: Id, receipt: string, boot: string): TaskPart =>
  byDevice(id, (spec, task) => spec.acknowledge(task, Number(receipt.split('.')[0]), boot));

export const reporting = (id: Id, outcome: Reported, boot: string): TaskPart =>
  byDevice(id, (spec, task) => spec.report(task, outcome, { boot }));

export const postponing = (id: Id, minutes: number): TaskPart =>
  byDevice(id, (spec, task) => spec.postpone(task, minutes));

export const cancelingTask = (id: Id): TaskPart => on(id, (spec, task) => spec.cancel(task));

/** A poll from a boot that is new proves the restart, unless somebody changes the task at that moment. */
export const comingBack =
  (device: Id, boot: string): TaskPart =>
  (spec) => {
    spec.seen(device, { boot });
    return 'ok';
  };

/** In two parts: its credential is dead before what it has open ends. */
export const retiring = (id: Id): TaskPart[] => [
  (spec) => {
    const device = spec.devices.get(id);
    if (!device || device.retired === 'ended') return 'not_found';
    spec.revoke(device);
    return undefined;
  },
  (spec) => {
    const device = spec.devices.get(id);
    // Somebody else who retires it at the same moment may have ended it.
    if (!device || device.retired === 'ended') return ['ok', 'not_found'];
    spec.retire(device);
    return 'ok';
  },
];

/**
 * @param state that the reader was shown
 * @param version that the last event about it names: a task that was canceled and one that was not may end the same
 */
export const reading = (id: Id, state: string | undefined, version: number | undefined): TaskPart =>
  on(id, (_, task) => {
    if (task.state !== state) return `is ${task.state}, not ${state}`;
    return version === undefined || version === task.version ? 'ok' : `has version ${task.version}, not ${version}`;
  });
