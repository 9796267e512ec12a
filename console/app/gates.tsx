/** What stands before the pages or over them: a sign-in that failed, nobody signed in, no role, a session that is over. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { CONSOLE_PATH } from '../../lib/api/console.ts';
import type { Me } from '../../lib/api/me.ts';
import { useWords } from '../messages/language.ts';
import { useSignedIn } from '../session/context.tsx';
import { addressNow, leaveToSignIn, signOut } from '../session/sign-in.ts';
import { SignInError } from '../session/sign-in-error.ts';
import { Sentence, Text } from '../ui/text.tsx';
import { appWords } from './words.ts';

export const Card = ({ title, children }: { title: ReactNode; children: ReactNode }) => (
  <main>
    <Box margin="xxl">
      <Container header={<Header variant="h1">{title}</Header>}>
        <SpaceBetween size="m">{children}</SpaceBetween>
      </Container>
    </Box>
  </main>
);

const WhyNot = ({ error }: { error: unknown }) => {
  const { signInProblems } = useWords(appWords);
  const problem = error instanceof SignInError ? error.problem : 'unreachable';
  return (
    <Alert type="error" header={signInProblems[problem]}>
      {error instanceof Error && error.message !== problem && <Text>{error.message}</Text>}
    </Alert>
  );
};

/** Leaves to sign in, and says why where that cannot be. @param address where to come back to */
export const SignInButton = ({ address }: { address: string }) => {
  const t = useWords(appWords);
  const [error, setError] = useState<unknown>();
  return (
    <SpaceBetween size="s">
      {error !== undefined && <WhyNot error={error} />}
      <Button variant="primary" onClick={() => void leaveToSignIn(address).catch(setError)}>
        {t.signInAgain}
      </Button>
    </SpaceBetween>
  );
};

export const SignInFailed = ({ error, address }: { error: unknown; address: string }) => {
  const t = useWords(appWords);
  return (
    <Card title={t.signInFailed}>
      <WhyNot error={error} />
      <SignInButton address={address} />
    </Card>
  );
};

export const SignedOut = () => {
  const t = useWords(appWords);
  return (
    <Card title={t.signedOut}>
      <Box>{t.signedOutText}</Box>
      <SignInButton address={CONSOLE_PATH} />
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
  const why = useWhyNoRole(me.rolesProblem);
  return (
    <Card title={<Sentence say={t.noRoleTitle} name={me.displayName ?? me.name} />}>
      <Box>{t.noRoleText}</Box>
      {why !== undefined && <Text>{why}</Text>}
      <Button onClick={() => void signOut()}>{t.signOut}</Button>
    </Card>
  );
};

/** Over the page, which stays as it is underneath. It cannot be closed: nothing works without a session. */
export const SessionOver = () => {
  const t = useWords(appWords);
  const { session } = useSignedIn();
  const isOver = useSyncExternalStore(session.subscribe, session.isOver);
  return (
    <Modal
      visible={isOver}
      header={t.sessionOver}
      onDismiss={() => {}}
      footer={<SignInButton address={addressNow()} />}
    >
      {t.sessionOverText}
    </Modal>
  );
};
