/** Approving a request: by which connector, and where one fails, by another. */
import Alert from '@cloudscape-design/components/alert';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import {
  type AssistanceRequest,
  approveAssistanceRequest,
  type ConnectorName,
  getAssistanceRequest,
  listAssistanceRequests,
} from '../../../lib/api/assistance.ts';
import { ApiError } from '../../../lib/api/client.ts';
import { type Connector, listConnectors } from '../../../lib/api/connectors.ts';
import { useChange } from '../../data/change.ts';
import { useRead } from '../../data/read.ts';
import { useWords } from '../../messages/language.ts';
import { ProblemLine } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { connectorName } from '../connectors/names.ts';
import { useExplain } from './explain.tsx';
import { requestWords } from './words.ts';

const CONNECTOR_PROBLEMS: readonly (string | undefined)[] = ['connector_failed', 'connector_not_onboarded'];

export type Approval = {
  /** Those that can be used, the default first. */
  ready: readonly Connector[];
  approve: (connector?: ConnectorName) => void;
  isPending: boolean;
  /** What the connector said, where it was the connector: the request still waits. */
  failure: { connector: ConnectorName | undefined; error: Error } | undefined;
};

export const useApproval = ({ id }: Pick<AssistanceRequest, 'id'>): Approval => {
  const explain = useExplain(id);
  const connectors = useRead(listConnectors, {});
  const ready = (connectors.data?.items ?? [])
    .filter(({ status }) => status === 'onboarded')
    .sort((a, b) => Number(b.default) - Number(a.default));
  const [tried, setTried] = useState<ConnectorName>();
  const [failure, setFailure] = useState<Approval['failure']>();
  const { send, isPending } = useChange(approveAssistanceRequest, {
    concerns: [getAssistanceRequest, listAssistanceRequests, listConnectors],
    onDone: () => setFailure(undefined),
    onError: (error) => {
      const isConnectors = error instanceof ApiError && CONNECTOR_PROBLEMS.includes(error.problem?.code);
      setFailure(isConnectors ? { connector: tried ?? ready[0]?.name, error } : undefined);
      if (!isConnectors) void explain(error);
    },
  });
  const approve = (connector?: ConnectorName): void => {
    setTried(connector);
    send({ params: { id }, body: connector === undefined ? {} : { connector } });
  };
  return { ready, approve, isPending, failure };
};

/** The choice is there only where more than one connector is ready. */
export const ApproveButton = ({ approval }: { approval: Approval }) => {
  const t = useWords(requestWords);
  const { ready, approve, isPending } = approval;
  const [chosen, choose] = useState<ConnectorName>();
  const options = ready.map(({ name, default: isDefault }) => ({
    value: name,
    label: isDefault ? t.byDefault(connectorName(name)) : connectorName(name),
  }));
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {options.length > 1 && (
        <Select
          ariaLabel={t.connector}
          options={options}
          selectedOption={options.find(({ value }) => value === chosen) ?? options[0] ?? null}
          onChange={({ detail }) => choose(ready.find(({ name }) => name === detail.selectedOption.value)?.name)}
        />
      )}
      <RoleButton needs="helpdesk" variant="primary" loading={isPending} onClick={() => approve(chosen)}>
        {t.approve}
      </RoleButton>
    </SpaceBetween>
  );
};

/** What the connector said, that the request still waits, and the other connectors. */
export const ApprovalFailed = ({ approval: { failure, ready, approve, isPending } }: { approval: Approval }) => {
  const t = useWords(requestWords);
  if (!failure) return null;
  const others = ready.filter(({ name }) => name !== failure.connector);
  return (
    <Alert
      type="error"
      header={t.connectorFailed(failure.connector === undefined ? '' : connectorName(failure.connector))}
      action={
        <SpaceBetween direction="horizontal" size="xs">
          {others.map(({ name }) => (
            <RoleButton key={name} needs="helpdesk" loading={isPending} onClick={() => approve(name)}>
              {t.approveWith(connectorName(name))}
            </RoleButton>
          ))}
        </SpaceBetween>
      }
    >
      <div>
        <ProblemLine error={failure.error} />
      </div>
      <div>{t.stillWaits}</div>
    </Alert>
  );
};
