/** The new token, shown once, with the commands that use it, until the first device came. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { PLATFORMS } from '../../../lib/api/devices.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { Copy } from '../../ui/copy.tsx';
import { PLATFORM_NAMES } from '../devices/platforms.ts';
import { installCommands } from './commands.ts';
import { FirstDevice } from './first-device.tsx';
import { enrolmentWords } from './words.ts';

export type NewToken = { id: string; token: string; createdAt: string; expiresAt: string };

/** A text to copy, with what it is. */
const Command = ({ label, text }: { label: string; text: string }) => (
  <fieldset className="ra-command">
    <legend>{label}</legend>
    <code>{text}</code>
    <Copy text={text} />
  </fieldset>
);

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
        <Command label={t.token} text={token.token} />
        <Box variant="h3">{t.install}</Box>
        {PLATFORMS.map((platform) => (
          <Command key={platform} label={PLATFORM_NAMES[platform]} text={commands[platform]} />
        ))}
        <FirstDevice token={token} />
      </SpaceBetween>
    </Modal>
  );
};
