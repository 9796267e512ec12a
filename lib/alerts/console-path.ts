/** Where in the web console an alert is best looked at. Made of ids alone, so it needs no escaping and holds no secret. */
import type { Alert } from './model.ts';

/** @returns a path below the console's address, without a slash at its beginning */
export const consolePath = ({ subject, deviceId }: Pick<Alert, 'subject' | 'deviceId'>): string => {
  if (subject.type === 'assistanceRequest') return `requests/${subject.id}`;
  if (subject.type === 'connector') return 'connectors';
  return deviceId === undefined ? 'alerts' : `devices/${deviceId}`;
};
