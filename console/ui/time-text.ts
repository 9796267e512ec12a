/** Times and lengths of time in words. All times are in milliseconds. */
import { type Language, localeOf } from '../messages/language.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Such as "3 minutes ago" or "in 2 hours". */
export const relative = (language: Language, at: number, now: number): string => {
  const format = new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'auto' });
  const ms = at - now;
  const size = Math.abs(ms);
  if (size < MINUTE) return format.format(Math.round(ms / SECOND), 'second');
  if (size < HOUR) return format.format(Math.trunc(ms / MINUTE), 'minute');
  if (size < DAY) return format.format(Math.trunc(ms / HOUR), 'hour');
  return format.format(Math.trunc(ms / DAY), 'day');
};

/** Such as "12 min" or "3 hrs 41 min"; a length of time, never negative. */
export const duration = (language: Language, ms: number): string => {
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(localeOf(language), { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
  const left = Math.max(ms, 0);
  if (left < MINUTE) return unit(Math.floor(left / SECOND), 'second');
  if (left < HOUR) return unit(Math.floor(left / MINUTE), 'minute');
  const minutes = Math.floor((left % HOUR) / MINUTE);
  const hours = unit(Math.floor(left / HOUR), 'hour');
  return minutes === 0 ? hours : `${hours} ${unit(minutes, 'minute')}`;
};

/** The exact local time with its zone. */
export const exactTime = (language: Language, at: number): string =>
  new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'long' }).format(at);

/** Such as `14:02`. */
export const clockTime = (language: Language, at: number): string =>
  new Intl.DateTimeFormat(localeOf(language), { timeStyle: 'short' }).format(at);

/** Such as `Tuesday 1 December 2026`. */
export const dayOf = (language: Language, at: number): string =>
  new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'full' }).format(at);
