/** Where in the console the subject of an alert, or of an entry on record, is. */

const FOLDERS: Readonly<Record<string, string>> = {
  assistanceRequest: '/requests/',
  device: '/devices/',
  group: '/groups/',
  restartJob: '/jobs/',
};

/** Below `/console`; `undefined` where the subject has no page. @param deviceId the device that it is about, if any */
export const subjectAddress = ({ type, id }: { type: string; id: string }, deviceId?: string): string | undefined => {
  const folder = FOLDERS[type];
  if (folder) return folder + id;
  if (type === 'connector') return '/connectors';
  return deviceId && `/devices/${deviceId}`;
};
