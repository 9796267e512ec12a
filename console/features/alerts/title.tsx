/** What an alert says, in the language that is shown, and where its subject is. */
import type { Alert } from '../../../lib/api/alerts.ts';
import { useLanguage, useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import { Text } from '../../ui/text.tsx';

/** The server words the title in English; in another language its kind says it. */
export const AlertTitle = ({ alert }: { alert: Alert }) => {
  const language = useLanguage();
  const { alert: kinds } = useWords(stateWords);
  return <Text>{language === 'en' ? alert.title : kinds[alert.kind]}</Text>;
};

const FOLDERS: Readonly<Record<string, string>> = {
  request: '/requests/',
  assistanceRequest: '/requests/',
  device: '/devices/',
};

/** Below `/console`; `undefined` where the subject has no page. */
export const subjectAddress = ({ subject, deviceId }: Alert): string | undefined => {
  const folder = FOLDERS[subject.type];
  if (folder) return folder + subject.id;
  if (subject.type === 'connector') return '/connectors';
  return deviceId && `/devices/${deviceId}`;
};
