/** Alerts as they may be told: names come from devices, persons and providers, and none of them may forge a line. */
import { oneLine } from '../one-line.ts';
import type { Alert } from './model.ts';

const cleaned = (value: unknown): unknown => {
  if (typeof value === 'string') return oneLine(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cleaned(member)]));
};

/** The alert with every text of it on one line, without control characters and marks that turn the writing's direction. */
export const printable = (alert: Alert): Alert => cleaned(alert) as Alert;
