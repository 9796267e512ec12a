/** From what the dialog holds to the order's body. */
import type { RestartOrder } from '../../../lib/api/restarts.ts';
import type { Named } from '../../ui/selection.ts';

/** What is to be restarted. Of a group, `except` is left out. */
export type RestartTarget =
  | { kind: 'devices'; devices: readonly Named[] }
  | { kind: 'group'; id: string; name: string; deviceCount: number; except?: readonly Named[] }
  | { kind: 'all'; deviceCount: number; except?: readonly Named[] };

/** Date and time as they were chosen, which are this PC's. */
export type Start = { date: string; time: string };

/** The dialog's fields, as text where a person types. */
export type OrderForm = {
  message: string;
  graceMinutes: number;
  /** `null`: now. */
  start: Start | null;
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
  start: null,
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

/** The most that an order may name one by one, to restart or to leave out. */
export const MOST_NAMED = 1000;

/** The devices that the target names one by one. */
export const namedIn = (target: RestartTarget): readonly Named[] =>
  target.kind === 'devices' ? target.devices : (target.except ?? []);

/** The target without some of those that it names. */
export const withoutNamed = (target: RestartTarget, ids: ReadonlySet<string>): RestartTarget => {
  const left = namedIn(target).filter(({ id }) => !ids.has(id));
  return target.kind === 'devices' ? { ...target, devices: left } : { ...target, except: left };
};

/** How many devices that is, as far as this page knows. */
export const countOf = (target: RestartTarget): number =>
  target.kind === 'devices' ? target.devices.length : Math.max(0, target.deviceCount - (target.except?.length ?? 0));

/** As an instant; `undefined` while it is none. */
export const instantOf = ({ date, time }: Start): number | undefined => {
  const instant = new Date(`${date.replaceAll('/', '-')}T${time}`).getTime();
  return Number.isNaN(instant) ? undefined : instant;
};

/** What is typed where a number may be left out: an empty field is none. */
const optional = <Name extends string>(name: Name, text: string): Partial<Record<Name, number>> =>
  (text.trim() === '' ? {} : { [name]: Number(text) }) as Partial<Record<Name, number>>;

const targetOf = (target: RestartTarget): Pick<RestartOrder, 'deviceIds' | 'groupId' | 'exceptDeviceIds'> => {
  const ids = namedIn(target).map(({ id }) => id);
  if (target.kind === 'devices') return { deviceIds: ids };
  return { groupId: target.kind === 'group' ? target.id : 'all', ...(ids.length > 0 && { exceptDeviceIds: ids }) };
};

/** The body of `POST /v1/restart-jobs`; the server says what is wrong with it. */
export const orderOf = (target: RestartTarget, form: OrderForm): RestartOrder => {
  const message = form.message.trim();
  const start = form.start ? instantOf(form.start) : undefined;
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
    ...optional('maxPerMinute', form.maxPerMinute),
    ...optional('abortAfterFailures', form.abortAfterFailures),
  };
};

const MORE = [
  'deliverWithinMinutes',
  'returnWithinMinutes',
  'maxPostponements',
  'mayReject',
  'force',
  'maxPerMinute',
  'abortAfterFailures',
] as const satisfies readonly (keyof OrderForm)[];

/** Whether one of the fields under "More options" is not as it was, and must be seen. */
export const hasMoreOptions = (form: OrderForm): boolean => MORE.some((field) => form[field] !== NEW_ORDER[field]);
