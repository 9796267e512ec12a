/** Times as a person reads them: relative, with the exact local time and its zone on them. */
import { useEffect, useState } from 'react';
import type { Language } from '../messages/language.ts';
import { useLanguage } from '../messages/language.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** By how much this PC's clock is behind the server's, as the last answer told. */
let behindMs = 0;

/** Learns the server's time from an answer's `Date`; to the second, so less than two is no difference. */
export const learnServerTime = (date: string | null, receivedAt = Date.now()): void => {
  const difference = date === null ? Number.NaN : Date.parse(date) - receivedAt;
  if (Number.isFinite(difference)) behindMs = Math.abs(difference) < 2 * SECOND ? 0 : difference;
};

/** The server's time, in milliseconds: waits and deadlines are told by it, however far off this PC's clock is. */
export const serverNow = (): number => Date.now() + behindMs;

/** The server's time, again each `everyMs`. */
export const useNow = (everyMs = SECOND): number => {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
};

/** Such as "3 minutes ago" or "in 2 hours". */
export const relative = (language: Language, at: number, now: number): string => {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const ms = at - now;
  const size = Math.abs(ms);
  if (size < MINUTE) return format.format(Math.round(ms / SECOND), 'second');
  if (size < HOUR) return format.format(Math.trunc(ms / MINUTE), 'minute');
  if (size < DAY) return format.format(Math.trunc(ms / HOUR), 'hour');
  return format.format(Math.trunc(ms / DAY), 'day');
};

/** Such as "12 min" or "3 h 41 min"; a length of time, never negative. */
export const duration = (language: Language, ms: number): string => {
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
  const minutes = Math.floor(Math.max(ms, 0) / MINUTE);
  if (minutes === 0) return unit(Math.floor(Math.max(ms, 0) / SECOND), 'second');
  if (minutes < 60) return unit(minutes, 'minute');
  const rest = minutes % 60;
  return [unit(Math.floor(minutes / 60), 'hour'), ...(rest === 0 ? [] : [unit(rest, 'minute')])].join(' ');
};

/** The exact local time with its zone. */
export const exactTime = (language: Language, at: number): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long' }).format(at);

/** Such as `14:02`. */
export const clockTime = (language: Language, at: number): string =>
  new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(at);

/** How often a time of this age must be written anew. */
const periodOf = (at: number): number => (Math.abs(at - serverNow()) < HOUR ? SECOND : MINUTE);

/** A time: how long ago it was, or how long until then. */
export const When = ({ at }: { at: string }) => {
  const language = useLanguage();
  const instant = Date.parse(at);
  const now = useNow(periodOf(instant));
  return (
    <time dateTime={at} title={exactTime(language, instant)}>
      {relative(language, instant, now)}
    </time>
  );
};

/** How long something has lasted since `at`. */
export const Since = ({ at }: { at: string }) => {
  const language = useLanguage();
  const instant = Date.parse(at);
  const now = useNow(periodOf(instant));
  return (
    <time dateTime={at} title={exactTime(language, instant)}>
      {duration(language, now - instant)}
    </time>
  );
};

/** How long is left until `at`. */
export const Left = ({ at }: { at: string }) => {
  const language = useLanguage();
  const instant = Date.parse(at);
  const now = useNow(periodOf(instant));
  return (
    <time dateTime={at} title={exactTime(language, instant)}>
      {duration(language, instant - now)}
    </time>
  );
};
