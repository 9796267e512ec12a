/** The ways into the session: keys to somebody's screen, so they stand on this page alone and are sent to nobody. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AssistanceRequest } from '../../../lib/api/assistance.ts';
import { useWords } from '../../messages/language.ts';
import { useSignedIn } from '../../session/context.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Text } from '../../ui/text.tsx';
import { requestWords } from './words.ts';

/** Links come from a connector: what could run here is none. */
const isLink = (url: string | undefined): url is string =>
  url !== undefined && !/^\s*(javascript|data|vbscript|blob|file):/i.test(url);

const WayIn = ({ href, isFirst = false, children }: { href: string; isFirst?: boolean; children: string }) => (
  <Button
    variant={isFirst ? 'primary' : 'normal'}
    href={href}
    target="_blank"
    rel="noopener noreferrer"
    iconName="external"
    iconAlign="right"
  >
    {children}
  </Button>
);

export const SessionLinks = ({ session }: { session: NonNullable<AssistanceRequest['session']> }) => {
  const t = useWords(requestWords);
  const { may } = useSignedIn();
  const { supporterLink, webClientSupporterLink, code, note } = session;
  if (!may('helpdesk')) return <Alert type="info">{t.viewerNote}</Alert>;
  return (
    <Alert type="success">
      <SpaceBetween size="s">
        <SpaceBetween direction="horizontal" size="s">
          {isLink(supporterLink) && (
            <WayIn isFirst href={supporterLink}>
              {t.openSession}
            </WayIn>
          )}
          {isLink(webClientSupporterLink) && <WayIn href={webClientSupporterLink}>{t.openInBrowser}</WayIn>}
        </SpaceBetween>
        {code !== undefined && (
          <Box>
            {t.code}: <code>{code}</code> <Copy text={code} label={t.copyCode} />
          </Box>
        )}
        {note !== undefined && <Text>{note}</Text>}
      </SpaceBetween>
    </Alert>
  );
};
