/** An operator orders a restart. Answered after one write; the rest follows from that write. */

import type { Actor } from '../actor.ts';
import { invalidMember, ProblemError } from '../api/problem.ts';
import type { RestartOrder } from '../api/restarts.ts';
import { type Clock, fromIso } from '../clock.ts';
import type { Remember } from '../idempotency/model.ts';
import type { IdSource } from '../ids.ts';
import type { RestartJob } from './model.ts';
import type { JobRepository, TargetDevices } from './ports.ts';
import { jobView } from './view.ts';

export type OrderDeps = { jobs: JobRepository; devices: TargetDevices; clock: Clock; newId: IdSource };

/** @throws ProblemError `invalid_request` that names each unknown device; nothing is ordered then */
export const orderRestart = async (
  { jobs, devices, clock, newId }: OrderDeps,
  order: RestartOrder,
  actor: Actor,
  remember?: Remember,
): Promise<RestartJob> => {
  const now = clock();
  const { deviceIds: ordered, notBefore, message, ...options } = order;
  const deviceIds = [...new Set(ordered)];
  const known = new Set((await devices.findMany(deviceIds)).map((device) => device.id));
  const unknown = ordered.flatMap((id, index) =>
    known.has(id) ? [] : [{ path: `/deviceIds/${index}`, message: `there is no device ${id}` }],
  );
  if (unknown.length > 0) {
    throw new ProblemError('invalid_request', 'Some devices are not known; nothing was ordered.', { errors: unknown });
  }
  const notBeforeAt = notBefore === undefined ? undefined : fromIso(notBefore);
  if (Number.isNaN(notBeforeAt)) throw invalidMember('/notBefore', 'is not a time');
  const job: RestartJob = {
    ...options,
    id: newId('job', now),
    state: 'expanding',
    version: 1,
    deviceIds,
    expanded: 0,
    ...(message !== undefined && { message }),
    ...(notBeforeAt !== undefined && { notBefore: notBeforeAt }),
    createdAt: now,
    createdBy: actor.name,
  };
  await jobs.create(job, remember?.({ status: 202, body: jobView({ job, counts: {} }) }));
  return job;
};
