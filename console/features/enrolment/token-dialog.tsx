/** The new token, shown once, with the commands that use it, until the first device came. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { listDevices, listEnrollmentTokens, PLATFORMS } from '../../../lib/api/devices.ts';
import { useList } from '../../app/queries.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { Copy } from '../../ui/copy.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { serverNow } from '../../ui/time.tsx';
import { PLATFORM_NAMES } from '../devices/columns.tsx';
import { installCommands } from './commands.ts';
import { enrolmentWords } from './words.ts';

const REFRESH_MS = 3_000;

export type NewToken = { id: string; token: string; createdAt: string; expiresAt: string };

/** The first device that was enrolled after the token was made, once the token was used. */
const useFirstDevice = ({ id, createdAt }: NewToken) => {
  const tokens = useList(listEnrollmentTokens, { limit: '100' }, { everyMs: REFRESH_MS });
  const isUsed = tokens.data?.pages.some(({ items }) => items.some((each) => each.id === id && each.uses > 0)) ?? false;
  const devices = useList(
    listDevices,
    { seenAfter: createdAt, limit: '100' },
    { everyMs: REFRESH_MS, enabled: isUsed },
  );
  const found = devices.data?.pages.flatMap(({ items }) => items).find(({ enrolledAt }) => enrolledAt >= createdAt);
  return { isUsed, device: found };
};

const FirstDevice = ({ token }: { token: NewToken }) => {
  const t = useWords(enrolmentWords);
  const { device } = useFirstDevice(token);
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

export const TokenDialog = ({ token, onClose }: { token: NewToken; onClose: () => void }) => {
  const t = useWords(enrolmentWords);
  const c = useWords(common);
  const commands = installCommands(window.location.origin, token.token);
  return (
    <Modal
      visible
      size="large"
      header={t.tokenTitle}
      closeAriaLabel={c.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onClose}>
            {t.close}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">{t.tokenText}</Alert>
        <FormField label={t.token}>
          <SpaceBetween direction="horizontal" size="xs">
            <code className="ra-code">{token.token}</code>
            <Copy text={token.token} label={t.copyToken} />
          </SpaceBetween>
        </FormField>
        <Box variant="h3">{t.install}</Box>
        {PLATFORMS.map((platform) => (
          <FormField key={platform} label={PLATFORM_NAMES[platform]} stretch>
            <SpaceBetween size="xxs">
              <code className="ra-code">{commands[platform]}</code>
              <Copy button text={commands[platform]} label={t.copyFor(PLATFORM_NAMES[platform])} />
            </SpaceBetween>
          </FormField>
        ))}
        <FirstDevice token={token} />
      </SpaceBetween>
    </Modal>
  );
};
