/** The ways into the session: keys to somebody's screen, so they stand on this page alone and are sent to nobody. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AssistanceRequest } from '../../../lib/api/assistance.ts';
import { useWords } from '../../messages/language.ts';
import { Copy } from '../../ui/copy.tsx';
import { Text } from '../../ui/text.tsx';
import { requestWords } from './words.ts';

/** Links come from a connector: what could run here is none. */
const isLink = (url: string | undefined): url is string =>
  url !== undefined && !/^\s*(javascript|data|vbscript|blob|file):/i.test(url);

export const SessionLinks = ({ session }: { session: NonNullable<AssistanceRequest['session']> }) => {
  const t = useWords(requestWords);
  const { supporterLink, webClientSupporterLink, code, note } = session;
  if (!isLink(supporterLink)) return <Alert type="info">{t.viewerNote}</Alert>;
  return (
    <Alert type="success">
      <SpaceBetween size="s">
        <SpaceBetween direction="horizontal" size="s">
          <Button variant="primary" href={supporterLink} target="_blank" rel="noopener noreferrer" iconName="external">
            {t.openSession}
          </Button>
          {isLink(webClientSupporterLink) && (
            <Button href={webClientSupporterLink} target="_blank" rel="noopener noreferrer" iconName="external">
              {t.openInBrowser}
            </Button>
          )}
        </SpaceBetween>
        {code !== undefined && (
          <Box>
            {t.code}: <code>{code}</code> <Copy text={code} label={t.code} />
          </Box>
        )}
        {note !== undefined && <Text>{note}</Text>}
      </SpaceBetween>
    </Alert>
  );
};
