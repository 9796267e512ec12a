/** TeamViewer: the licence, the app's credentials, and the sign-in there. The secret is kept by nobody here. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { type Connector, listConnectors, onboardTeamViewer } from '../../../lib/api/connectors.ts';
import { useChange } from '../../data/change.ts';
import { useWords } from '../../messages/language.ts';
import { useDraft } from '../../ui/draft.ts';
import { Problem } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { connectorWords } from './words.ts';

const openWindow = (url: string): void => {
  window.open(url, '_blank', 'noopener,noreferrer');
};

export const TeamViewerForm = ({ connector }: { connector: Connector }) => {
  const t = useWords(connectorWords);
  const [{ acceptLicense, clientId }, change, forget] = useDraft('teamviewer', { acceptLicense: false, clientId: '' });
  // In no storage, and so in no draft.
  const [clientSecret, setClientSecret] = useState('');
  const [signInUrl, setSignInUrl] = useState<string>();
  const begin = useChange(onboardTeamViewer, {
    concerns: [listConnectors],
    onDone: ({ authorizationUrl }) => {
      forget();
      setClientSecret('');
      setSignInUrl(authorizationUrl);
      openWindow(authorizationUrl);
    },
  });
  const isReady = acceptLicense && clientId !== '' && clientSecret !== '';
  if (connector.status === 'onboarded' && connector.problem === undefined) return null;
  return (
    <SpaceBetween size="s">
      {begin.error && <Problem isAction error={begin.error} />}
      {connector.status === 'onboarding' && signInUrl !== undefined && (
        <Alert type="info" action={<Button onClick={() => openWindow(signInUrl)}>{t.openAgain}</Button>}>
          {t.popup}
        </Alert>
      )}
      <Checkbox checked={acceptLicense} onChange={({ detail }) => change({ acceptLicense: detail.checked })}>
        {t.license}
      </Checkbox>
      <FormField label={t.clientId}>
        <Input
          autoComplete={false}
          value={clientId}
          onChange={({ detail }) => change({ clientId: detail.value.trim() })}
        />
      </FormField>
      <FormField label={t.clientSecret} constraintText={t.secretHint}>
        <Input
          type="password"
          autoComplete="new-password"
          value={clientSecret}
          onChange={({ detail }) => setClientSecret(detail.value.trim())}
        />
      </FormField>
      <RoleButton
        needs="admin"
        variant="primary"
        disabled={!isReady}
        loading={begin.isPending}
        onClick={() => begin.send({ body: { acceptLicense: true, clientId, clientSecret } })}
      >
        {t.signIn}
      </RoleButton>
    </SpaceBetween>
  );
};
