/** What stands before the pages: a sign-in that failed, a person without a role, a session that is over. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useSyncExternalStore } from 'react';
import type { Me } from '../../lib/api/me.ts';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { useSignedIn } from '../session/context.tsx';
import { leaveToSignIn, signOut } from '../session/sign-in.ts';
import { Text } from '../ui/text.tsx';
import { appWords } from './words.ts';

const Card = ({ title, children }: { title: ReactNode; children: ReactNode }) => (
  <main>
    <Box margin="xxl">
      <Container header={<Header variant="h1">{title}</Header>}>
        <SpaceBetween size="m">{children}</SpaceBetween>
      </Container>
    </Box>
  </main>
);

const addressNow = (): string => window.location.pathname + window.location.search;

/** The issuer refused, or cannot be reached. */
export const SignInFailed = ({ reason, address }: { reason: string; address: string }) => {
  const t = useWords(appWords);
  return (
    <Card title={t.signInFailed}>
      <Text>{reason}</Text>
      <Button variant="primary" onClick={() => void leaveToSignIn(address).catch(() => window.location.reload())}>
        {t.signInAgain}
      </Button>
    </Card>
  );
};

const useWhyNoRole = (problem: Me['rolesProblem']): string | undefined => {
  const t = useWords(appWords);
  if (!problem) return undefined;
  if (problem.code === 'claimAbsent') return t.claimAbsent(problem.claim);
  if (problem.code === 'claimTooLarge') return t.claimTooLarge(problem.claim);
  return t.noMappedValue(problem.claim, (problem.values ?? []).join(', '));
};

/** Signed in, and nobody: who they are and why they have no role. */
export const NoRole = ({ me }: { me: Me }) => {
  const t = useWords(appWords);
  const c = useWords(common);
  const why = useWhyNoRole(me.rolesProblem);
  return (
    <Card title={<Text>{t.noRoleTitle(me.displayName ?? me.name)}</Text>}>
      <Box>{t.noRoleText}</Box>
      {why !== undefined && <Text>{why}</Text>}
      <Button onClick={() => void signOut()}>{c.signOut}</Button>
    </Card>
  );
};

/** Over the page, which stays as it is underneath. */
export const SessionOver = () => {
  const t = useWords(appWords);
  const { session } = useSignedIn();
  const isOver = useSyncExternalStore(session.subscribe, session.isOver);
  return (
    <Modal
      visible={isOver}
      header={t.sessionOver}
      // It cannot be closed: nothing on the page works without a session.
      onDismiss={() => {}}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={() => void leaveToSignIn(addressNow())}>
            {t.signInAgain}
          </Button>
        </Box>
      }
    >
      {t.sessionOverText}
    </Modal>
  );
};
