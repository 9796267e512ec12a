/** Schedule expressions: `rate(…)` and `cron(…)`, to the minute, in UTC. */
import { StartError } from '../errors.ts';

/** Whether a schedule is due in the minute that `minute` (minutes since the epoch) is. */
export type Due = (minute: number) => boolean;

const UNIT_MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };
const NAMES = {
  month: ['', 'JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  weekday: ['', 'SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};

type Field = { minimum: number; maximum: number; names?: readonly string[]; read(date: Date): number };
const FIELDS: readonly Field[] = [
  { minimum: 0, maximum: 59, read: (date) => date.getUTCMinutes() },
  { minimum: 0, maximum: 23, read: (date) => date.getUTCHours() },
  { minimum: 1, maximum: 31, read: (date) => date.getUTCDate() },
  { minimum: 1, maximum: 12, names: NAMES.month, read: (date) => date.getUTCMonth() + 1 },
  { minimum: 1, maximum: 7, names: NAMES.weekday, read: (date) => date.getUTCDay() + 1 },
  { minimum: 1970, maximum: 2199, read: (date) => date.getUTCFullYear() },
];

/** The values that one field of a cron expression allows, or `undefined` where it is not understood. */
const parseField = (text: string, { minimum, maximum, names = [] }: Field): Set<number> | undefined => {
  const values = new Set<number>();
  const numberOf = (part: string) =>
    names.includes(part.toUpperCase()) ? names.indexOf(part.toUpperCase()) : Number(part);
  for (const item of text.split(',')) {
    const [range = '', step = '1'] = item.split('/');
    const [from, to] = range === '*' || range === '?' ? [minimum, maximum] : range.split('-').map(numberOf);
    const end = to ?? (item.includes('/') ? maximum : from);
    if (from === undefined || end === undefined) return undefined;
    if (![from, end, Number(step)].every(Number.isInteger) || from < minimum || end > maximum || Number(step) < 1)
      return undefined;
    for (let value = from; value <= end; value += Number(step)) values.add(value);
  }
  return values;
};

const parseCron = (expression: string): Due | undefined => {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) return undefined;
  const allowed = FIELDS.map((field, index) => ({ field, values: parseField(parts[index] ?? '', field) }));
  if (allowed.some(({ values }) => values === undefined)) return undefined;
  return (minute) => {
    const date = new Date(minute * 60_000);
    return allowed.every(({ field, values }) => values?.has(field.read(date)));
  };
};

/** Reads a schedule expression. `logicalId` names the schedule in the error for one that is not understood. */
export const parseSchedule = (expression: string, logicalId: string): Due => {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) {
    const period = Number(rate[1]) * (UNIT_MINUTES[rate[2] ?? ''] ?? 1);
    if (period > 0) return (minute) => minute % period === 0;
  }
  const due = parseCron(/^cron\((.+)\)$/.exec(expression)?.[1] ?? '');
  if (due) return due;
  throw new StartError(
    `${logicalId} is scheduled by ${expression}: the local stack understands rate(…) and plain cron(…).`,
  );
};

/** Throws `StartError` unless `expression` is understood. */
export const checkSchedule = (expression: string, logicalId: string): void => {
  parseSchedule(expression, logicalId);
};

/** Whether `due` is so in each minute: what `POST /__local/sweep` runs. */
export const isEveryMinute = (due: Due): boolean => {
  const start = Math.floor(Date.UTC(2025, 0, 1) / 60_000);
  return [0, 1, 7, 59, 61, 1441, 50_000].every((offset) => due(start + offset));
};
