/** Waits for the first device that a token lets in. */
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { listAuditEvents } from '../../../lib/api/audit.ts';
import { getDevice, listEnrollmentTokens } from '../../../lib/api/devices.ts';
import { useRead } from '../../data/read.ts';
import { useWords } from '../../messages/language.ts';
import { PageLink } from '../../ui/page-link.tsx';
import { serverNow } from '../../ui/server-time.ts';
import type { NewToken } from './token-dialog.tsx';
import { enrolmentWords } from './words.ts';

const REFRESH_MS = 3_000;
const NEWEST = { query: { limit: '100' } } as const;

/**
 * The device that came in by the token. However many devices there are, it is found by the newest of what is on record,
 * which is looked at once the token was used.
 */
const useFirstDevice = ({ id }: NewToken) => {
  const tokens = useRead(listEnrollmentTokens, NEWEST, { everyMs: REFRESH_MS });
  const isUsed = tokens.data?.items.some((each) => each.id === id && each.uses > 0) ?? false;
  const record = useRead(listAuditEvents, NEWEST, { everyMs: REFRESH_MS, enabled: isUsed });
  const deviceId = record.data?.items.findLast(({ using }) => using?.id === id)?.subject.id ?? '';
  return useRead(getDevice, { params: { id: deviceId } }, { enabled: deviceId !== '' }).data;
};

export const FirstDevice = ({ token }: { token: NewToken }) => {
  const t = useWords(enrolmentWords);
  const device = useFirstDevice(token);
  if (device) {
    return (
      <StatusIndicator type="success">
        {t.came} <PageLink to={`/devices/${device.id}`}>{device.name}</PageLink>
      </StatusIndicator>
    );
  }
  if (Date.parse(token.expiresAt) < serverNow()) return <StatusIndicator type="stopped">{t.expired}</StatusIndicator>;
  return <StatusIndicator type="loading">{t.waiting}</StatusIndicator>;
};
