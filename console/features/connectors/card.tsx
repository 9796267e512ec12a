/** One connector's card: where it stands, and its form. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { type ComponentType, useState } from 'react';
import type { ConnectorName } from '../../../lib/api/assistance.ts';
import {
  type Connector,
  disconnectConnector,
  listConnectors,
  setDefaultConnector,
} from '../../../lib/api/connectors.ts';
import { useChange } from '../../data/change.ts';
import { useWords } from '../../messages/language.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { ProblemLine } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { connectorName } from './names.ts';
import { RustDeskForm } from './rustdesk-form.tsx';
import { TeamViewerForm } from './teamviewer-form.tsx';
import { connectorWords } from './words.ts';

const TYPES: Readonly<Record<Connector['status'], StatusIndicatorProps.Type>> = {
  notOnboarded: 'stopped',
  onboarding: 'in-progress',
  onboarded: 'success',
};

const FORMS: Readonly<Record<ConnectorName, ComponentType<{ connector: Connector }>>> = {
  teamviewer: TeamViewerForm,
  rustdesk: RustDeskForm,
};

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
      onConfirm={() => disconnect.send({ params: { name: connector.name } })}
      onClose={onClose}
    />
  );
};

const Actions = ({ connector }: { connector: Connector }) => {
  const t = useWords(connectorWords);
  const { show } = useNotices();
  const [isAsking, setAsking] = useState(false);
  const choose = useChange(setDefaultConnector, {
    concerns: [listConnectors],
    onError: (error) => show({ type: 'error', content: <ProblemLine error={error} /> }),
  });
  if (connector.status === 'notOnboarded') return null;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {connector.status === 'onboarded' && !connector.default && (
        <RoleButton
          needs="admin"
          loading={choose.isPending}
          onClick={() => choose.send({ params: { name: connector.name } })}
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
  const { name, status, problem, lastConnectionAt, pausedUntil, limitations } = connector;
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
          {pausedUntil !== undefined && (
            <Box>
              {t.paused} <When at={pausedUntil} />
            </Box>
          )}
        </SpaceBetween>
        {problem !== undefined && (
          <Alert type="warning">
            <Text>{problem}</Text>
          </Alert>
        )}
        <Form connector={connector} />
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
