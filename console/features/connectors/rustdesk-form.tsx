/** RustDesk: the organisation's own server, or the public ones. */
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type Connector, listConnectors, setUpRustDesk } from '../../../lib/api/connectors.ts';
import { useChange } from '../../data/change.ts';
import { useWords } from '../../messages/language.ts';
import { useDraft } from '../../ui/draft.ts';
import { Problem } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { connectorWords } from './words.ts';

export const RustDeskForm = ({ connector }: { connector: Connector }) => {
  const t = useWords(connectorWords);
  const known = { relayServer: connector.relayServer ?? '', key: connector.key ?? '' };
  const [{ relayServer, key }, change, forget] = useDraft('rustdesk', known);
  const setUp = useChange(setUpRustDesk, { concerns: [listConnectors], onDone: forget });
  const isOnboarded = connector.status === 'onboarded';
  const isSaved = isOnboarded && relayServer === known.relayServer && key === known.key;
  const send = () => setUp.send({ body: { ...(relayServer !== '' && { relayServer }), ...(key !== '' && { key }) } });
  return (
    <SpaceBetween size="s">
      {setUp.error && <Problem isAction error={setUp.error} />}
      <FormField label={t.relayServer} constraintText={t.relayHint}>
        <Input value={relayServer} onChange={({ detail }) => change({ relayServer: detail.value.trim() })} />
      </FormField>
      <FormField label={t.key}>
        <Input value={key} onChange={({ detail }) => change({ key: detail.value.trim() })} />
      </FormField>
      <RoleButton needs="admin" disabled={isSaved} loading={setUp.isPending} onClick={send}>
        {isOnboarded ? t.save : t.enable}
      </RoleButton>
    </SpaceBetween>
  );
};
