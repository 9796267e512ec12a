/** One connector's card. Which form it has follows from its name; one that is not known here has none. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { type ComponentType, useState } from 'react';
import {
  type Connector,
  disconnectConnector,
  listConnectors,
  setDefaultConnector,
} from '../../../lib/api/connectors.ts';
import { useNotices } from '../../app/notices.tsx';
import { useChange } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { useDescribeError } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { RustDeskForm } from './rustdesk-form.tsx';
import { TeamViewerForm } from './teamviewer-form.tsx';
import { connectorWords } from './words.ts';

const TYPES: Readonly<Record<Connector['status'], StatusIndicatorProps.Type>> = {
  notOnboarded: 'stopped',
  onboarding: 'in-progress',
  onboarded: 'success',
};

const NAMES: Readonly<Record<string, string>> = { teamviewer: 'TeamViewer', rustdesk: 'RustDesk' };
const FORMS: Readonly<Record<string, ComponentType<{ connector: Connector }>>> = {
  teamviewer: TeamViewerForm,
  rustdesk: RustDeskForm,
};

export const connectorName = (name: string): string => NAMES[name] ?? name;

const Disconnect = ({ connector, onClose }: { connector: Connector; onClose: () => void }) => {
  const t = useWords(connectorWords);
  const disconnect = useChange(disconnectConnector, { concerns: [listConnectors], onDone: onClose });
  return (
    <Confirm
      title={t.disconnectTitle(connectorName(connector.name))}
      text={t.disconnectText}
      action={t.disconnect}
      isPending={disconnect.isPending}
      error={disconnect.error}
      onConfirm={() => disconnect.mutate({ params: { name: connector.name } })}
      onClose={onClose}
    />
  );
};

const Actions = ({ connector }: { connector: Connector }) => {
  const t = useWords(connectorWords);
  const { show } = useNotices();
  const describe = useDescribeError();
  const [isAsking, setAsking] = useState(false);
  const choose = useChange(setDefaultConnector, { concerns: [listConnectors] });
  const fail = (error: unknown) => show({ type: 'error', content: <Text>{describe(error)}</Text> });
  if (connector.status === 'notOnboarded') return null;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {connector.status === 'onboarded' && !connector.default && (
        <RoleButton
          needs="admin"
          loading={choose.isPending}
          onClick={() => choose.mutate({ params: { name: connector.name } }, { onError: fail })}
        >
          {t.makeDefault}
        </RoleButton>
      )}
      <RoleButton needs="admin" onClick={() => setAsking(true)}>
        {t.disconnect}
      </RoleButton>
      {isAsking && <Disconnect connector={connector} onClose={() => setAsking(false)} />}
    </SpaceBetween>
  );
};

export const ConnectorCard = ({ connector }: { connector: Connector }) => {
  const t = useWords(connectorWords);
  const { name, status, problem, lastConnectionAt, limitations } = connector;
  const Form = FORMS[name];
  return (
    <Container
      header={
        <Header variant="h2" actions={<Actions connector={connector} />}>
          {connectorName(name)}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <SpaceBetween direction="horizontal" size="l">
          <StatusIndicator type={problem === undefined ? TYPES[status] : 'warning'}>{t.status[status]}</StatusIndicator>
          {connector.default && <Box>{t.byDefault}</Box>}
          <Box color="text-body-secondary">
            {t.lastConnection}: {lastConnectionAt === undefined ? t.never : <When at={lastConnectionAt} />}
          </Box>
        </SpaceBetween>
        {problem !== undefined && (
          <Alert type="warning">
            <Text>{problem}</Text>
          </Alert>
        )}
        {Form && <Form connector={connector} />}
        {limitations.length > 0 && (
          <ExpandableSection headerText={t.limits}>
            <ul>
              {limitations.map((limitation) => (
                <li key={limitation}>{limitation}</li>
              ))}
            </ul>
          </ExpandableSection>
        )}
      </SpaceBetween>
    </Container>
  );
};
