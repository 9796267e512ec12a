/** What the person at the PC is told about a restart. */
import { plainText } from '../text.ts';

const duration = (milliseconds: number): string => {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 90) return `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} hours${rest ? ` and ${rest} minutes` : ''}`;
};

/** @param message the admin's own words, where there are any */
export const warning = (inMs: number, message: string | undefined): string => {
  const when = inMs < 1000 ? 'is being restarted now' : `will be restarted in ${duration(inMs)}`;
  return [`This PC ${when}. Please save your work.`, ...(message ? [plainText(message)] : [])].join('\n');
};
