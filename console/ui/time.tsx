/** Times as a person reads them: relative, with the exact local time and its zone on them. */
import { useEffect, useState } from 'react';
import { type Language, useLanguage } from '../messages/language.ts';
import { serverNow } from './server-time.ts';
import { duration, exactTime, HOUR, MINUTE, relative, SECOND } from './time-text.ts';

/** What `read` says, again each `everyMs`. */
export const useInterval = (everyMs: number, read: () => number): number => {
  const [value, setValue] = useState(read);
  useEffect(() => {
    const timer = setInterval(() => setValue(read), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, read]);
  return value;
};

type Write = (language: Language, at: number, now: number) => string;

/** A component that writes a time, and writes it anew as it goes on. */
const timeComponent =
  (write: Write) =>
  ({ at }: { at: string }) => {
    const language = useLanguage();
    const instant = Date.parse(at);
    const now = useInterval(Math.abs(instant - serverNow()) < HOUR ? SECOND : MINUTE, serverNow);
    return (
      <time dateTime={at} title={exactTime(language, instant)}>
        {write(language, instant, now)}
      </time>
    );
  };

/** How long ago it was, or how long until then. */
export const When = timeComponent(relative);

/** How long something has lasted since `at`. */
export const Since = timeComponent((language, at, now) => duration(language, now - at));

/** How long is left until `at`. */
export const Left = timeComponent((language, at, now) => duration(language, at - now));
