/** Between the sign-in and the pages: asks the API who this is, and whether they may do anything. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Spinner from '@cloudscape-design/components/spinner';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError } from '../../lib/api/client.ts';
import { getMe } from '../../lib/api/me.ts';
import { useWords } from '../messages/language.ts';
import { clientOf, mayOf, SignedInProvider } from '../session/context.tsx';
import type { Session } from '../session/session.ts';
import { addressNow, signOut } from '../session/sign-in.ts';
import { Problem } from '../ui/problem.tsx';
import { App } from './app.tsx';
import { Card, NoRole, SignInButton } from './gates.tsx';
import { appWords } from './words.ts';

export const Welcome = ({ session }: { session: Session }) => {
  const t = useWords(appWords);
  const call = useMemo(() => clientOf(session), [session]);
  // Roles come from the token, so a later answer would be no other.
  const {
    data: me,
    error,
    refetch,
  } = useQuery({
    queryKey: [getMe.id],
    queryFn: async ({ signal }) => (await call(getMe, {}, { signal })).body,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const signedIn = useMemo(() => me && { me, session, call, may: mayOf(me) }, [me, session, call]);
  if (signedIn && signedIn.me.roles.length === 0) return <NoRole me={signedIn.me} />;
  if (signedIn) {
    return (
      <SignedInProvider value={signedIn}>
        <App />
      </SignedInProvider>
    );
  }
  if (!error) {
    return (
      <Box textAlign="center" padding="xxl">
        <Spinner size="large" /> <Box variant="span">{t.signingIn}</Box>
      </Box>
    );
  }
  // The token is good for its issuer and not for the API: an audience or a scope that is not what the stage wants.
  const isRefused = error instanceof ApiError && error.status === 401;
  return (
    <Card title={isRefused ? t.tokenRefused : t.cannotStart}>
      {isRefused && <Box>{t.tokenRefusedText}</Box>}
      <Problem error={error} {...(!isRefused && { onRetry: () => void refetch() })} />
      {isRefused && <SignInButton address={addressNow()} />}
      <Button onClick={() => void signOut()}>{t.signOut}</Button>
    </Card>
  );
};
