/** What the person at the PC does, through the device's agent: ask, withdraw, consent, end. */
import { anothers, notFound, ProblemError } from '../api/problem.ts';
import { currentCause } from '../cause.ts';
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import { spend } from '../devices/allowance.ts';
import { type Device, openAssistanceOf } from '../devices/model.ts';
import type { Remember } from '../idempotency/model.ts';
import type { Id, IdSource } from '../ids.ts';
import { climbing } from './climb.ts';
import type { AssistanceRequest } from './model.ts';
import type { AssistanceRepository } from './ports.ts';
import { type Call, expired, isExpired, newRequest } from './request.ts';
import { deviceRequestView } from './view.ts';

export type AssistanceDeps = { requests: AssistanceRepository; clock: Clock; newId: IdSource };

/** After how many minutes without an answer a request climbs; without, it does not. */
type Climbing = { climbAfterMinutes?: readonly number[] };

/** How often one device may ask in an hour: admins are told of each request. */
type Allowance = { requestsPerHour: number };

/** @throws ProblemError `already_exists` while the device has an open request; `too_many_requests` */
export const requestAssistance = async (
  { requests, clock, newId, requestsPerHour, climbAfterMinutes = [] }: AssistanceDeps & Climbing & Allowance,
  device: Device,
  call: Omit<Call, 'deviceId' | 'deviceName' | 'correlationId'>,
  remember?: Remember,
): Promise<AssistanceRequest> => {
  const now = clock();
  const full = {
    ...call,
    deviceId: device.id,
    deviceName: device.name,
    correlationId: currentCause().requestId,
  };
  const request = climbing(newRequest(full, newId('req', now), now), climbAfterMinutes);
  const record = remember?.({ status: 201, body: deviceRequestView(request) });
  const open = openAssistanceOf(device, now);
  if (open === undefined) {
    const spending = spend(device.requestsSpent, requestsPerHour, now);
    if (await requests.create(request, record, spending)) return request;
  }
  const existing = open === undefined ? {} : { existingId: open };
  throw new ProblemError('already_exists', 'This device has an open assistance request already.', existing);
};

/** One that its device's record still names is deleted only when nobody answered it: what is left of it may be kept a moment later. */
const isUnanswered = ({ openAssistance }: Device, id: Id): boolean => openAssistance?.requestId === id;

/** @throws ProblemError `not_found` for another device's request; `expired` after four hours without an answer */
export const getOwnRequest = async (
  { requests, clock }: AssistanceDeps,
  device: Device,
  id: Id,
): Promise<AssistanceRequest> => {
  const request = await requests.find(id);
  if (!request) {
    if (isUnanswered(device, id)) throw expired();
    const gone = await requests.findExpired(id);
    if (!gone) throw notFound('assistance request');
    throw gone.deviceId === device.id ? expired() : anothers('assistance request');
  }
  if (request.deviceId !== device.id) throw anothers('assistance request');
  if (isExpired(request, clock())) throw expired();
  return request;
};

/**
 * Applies one of the rules in `request.ts` to a request of this device.
 * @throws ProblemError what `getOwnRequest` and the rule throw
 */
export const changeOwnRequest = (
  deps: AssistanceDeps,
  device: Device,
  id: Id,
  rule: (request: AssistanceRequest, now: number) => AssistanceRequest,
): Promise<AssistanceRequest> =>
  retryOnConcurrentChange(async () => {
    const before = await getOwnRequest(deps, device, id);
    const after = rule(before, deps.clock());
    if (after !== before) await deps.requests.save(before, after);
    return after;
  });
