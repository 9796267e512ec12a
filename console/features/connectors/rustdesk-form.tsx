/** RustDesk: the organisation's own server, or the public ones. */
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { type Connector, listConnectors, setUpRustDesk } from '../../../lib/api/connectors.ts';
import { useChange } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { Problem } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { connectorWords } from './words.ts';

export const RustDeskForm = ({ connector }: { connector: Connector }) => {
  const t = useWords(connectorWords);
  const [relayServer, setRelayServer] = useState(connector.relayServer ?? '');
  const [key, setKey] = useState(connector.key ?? '');
  const setUp = useChange(setUpRustDesk, { concerns: [listConnectors] });
  const send = () => setUp.mutate({ body: { ...(relayServer !== '' && { relayServer }), ...(key !== '' && { key }) } });
  return (
    <SpaceBetween size="s">
      {setUp.error && <Problem isAction error={setUp.error} />}
      <FormField label={t.relayServer} constraintText={t.relayHint}>
        <Input value={relayServer} onChange={({ detail }) => setRelayServer(detail.value.trim())} />
      </FormField>
      <FormField label={t.key}>
        <Input value={key} onChange={({ detail }) => setKey(detail.value.trim())} />
      </FormField>
      <RoleButton needs="admin" loading={setUp.isPending} onClick={send}>
        {connector.status === 'onboarded' ? t.save : t.enable}
      </RoleButton>
    </SpaceBetween>
  );
};
