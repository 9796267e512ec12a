/** From what the dialog holds to the order's body. */
import type { RestartOrder } from '../../../lib/api/restarts.ts';

/** What is to be restarted. */
export type RestartTarget =
  | { kind: 'devices'; devices: readonly { id: string; name: string }[] }
  | { kind: 'group'; id: string; name: string; deviceCount: number }
  | { kind: 'all'; deviceCount: number; except?: readonly { id: string; name: string }[] };

/** The dialog's fields, as text where a person types. */
export type OrderForm = {
  message: string;
  graceMinutes: number;
  /** `undefined`: now. */
  start: { date: string; time: string } | undefined;
  deliverWithinMinutes: string;
  returnWithinMinutes: string;
  maxPostponements: string;
  mayReject: boolean;
  force: boolean;
  maxPerMinute: string;
  abortAfterFailures: string;
};

export const NEW_ORDER: OrderForm = {
  message: '',
  graceMinutes: 5,
  start: undefined,
  deliverWithinMinutes: '240',
  returnWithinMinutes: '20',
  maxPostponements: '0',
  mayReject: false,
  force: false,
  maxPerMinute: '',
  abortAfterFailures: '',
};

/** From so many devices on, the number is typed to confirm. */
export const CONFIRMED_FROM = 10;

/** The most that an order may name one by one. */
export const MOST_NAMED = 1000;

export const countOf = (target: RestartTarget): number => {
  if (target.kind === 'devices') return target.devices.length;
  return target.kind === 'group' ? target.deviceCount : Math.max(0, target.deviceCount - (target.except?.length ?? 0));
};

/** The local time that was chosen, as an instant; `undefined` while it is none. */
export const startOf = ({ date, time }: { date: string; time: string }): number | undefined => {
  const instant = new Date(`${date.replaceAll('/', '-')}T${time}`).getTime();
  return Number.isNaN(instant) ? undefined : instant;
};

const number = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));

const targetOf = (target: RestartTarget) => {
  if (target.kind === 'devices') return { deviceIds: target.devices.map(({ id }) => id) };
  if (target.kind === 'group') return { groupId: target.id };
  const except = target.except ?? [];
  return { groupId: 'all', ...(except.length > 0 && { exceptDeviceIds: except.map(({ id }) => id) }) };
};

/** The body of `POST /v1/restart-jobs`; the server says what is wrong with it. */
export const orderOf = (target: RestartTarget, form: OrderForm): Partial<RestartOrder> => {
  const message = form.message.trim();
  const start = form.start && startOf(form.start);
  const optional = { maxPerMinute: number(form.maxPerMinute), abortAfterFailures: number(form.abortAfterFailures) };
  return {
    ...targetOf(target),
    ...(message !== '' && { message }),
    graceSeconds: form.graceMinutes * 60,
    deliverWithinMinutes: Number(form.deliverWithinMinutes),
    returnWithinMinutes: Number(form.returnWithinMinutes),
    ...(start !== undefined && { notBefore: new Date(start).toISOString() }),
    maxPostponements: Number(form.maxPostponements),
    mayReject: form.mayReject,
    force: form.force,
    ...(optional.maxPerMinute !== undefined && { maxPerMinute: optional.maxPerMinute }),
    ...(optional.abortAfterFailures !== undefined && { abortAfterFailures: optional.abortAfterFailures }),
  };
};
