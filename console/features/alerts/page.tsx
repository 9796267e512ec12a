/** The alerts: what an admin should look at now, and who took it on. */
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { ALERT_STATES, type Alert, acknowledgeAlert, listAlerts, type Severity } from '../../../lib/api/alerts.ts';
import { useNotices } from '../../app/notices.tsx';
import { useChange, useList } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import { useAddress } from '../../ui/address.ts';
import { type Column, ListTable } from '../../ui/list-table.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { useDescribeError } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { AlertTitle, subjectAddress } from './title.tsx';
import { alertWords } from './words.ts';

const REFRESH_MS = 30_000;

const TYPES: Readonly<Record<Severity, StatusIndicatorProps.Type>> = {
  info: 'info',
  warning: 'warning',
  critical: 'error',
};

const Answer = ({ alert }: { alert: Alert }) => {
  const t = useWords(alertWords);
  const { show } = useNotices();
  const describe = useDescribeError();
  const acknowledge = useChange(acknowledgeAlert, { concerns: [listAlerts] });
  const { id, state, title, acknowledgedBy, resolution } = alert;
  if (state !== 'active') {
    return <Text>{resolution ?? (acknowledgedBy === undefined ? '' : t.acknowledgedBy(acknowledgedBy))}</Text>;
  }
  return (
    <RoleButton
      needs="helpdesk"
      wrapText={false}
      ariaLabel={t.acknowledgeOne(title)}
      loading={acknowledge.isPending}
      onClick={() =>
        acknowledge.mutate(
          { params: { id } },
          { onError: (error) => show({ type: 'error', content: <Text>{describe(error)}</Text> }) },
        )
      }
    >
      {t.acknowledge}
    </RoleButton>
  );
};

const useColumns = (): readonly Column<Alert>[] => {
  const t = useWords(alertWords);
  const { severity: severities } = useWords(stateWords);
  return [
    {
      id: 'severity',
      header: t.severity,
      minWidth: 130,
      cell: ({ severity }) => <StatusIndicator type={TYPES[severity]}>{severities[severity]}</StatusIndicator>,
    },
    {
      id: 'what',
      header: t.what,
      minWidth: 240,
      isRowHeader: true,
      cell: (alert) => {
        const to = subjectAddress(alert);
        return to ? (
          <PageLink to={to}>
            <AlertTitle alert={alert} />
          </PageLink>
        ) : (
          <AlertTitle alert={alert} />
        );
      },
    },
    {
      id: 'device',
      header: t.device,
      minWidth: 140,
      cell: ({ deviceId, deviceName }) =>
        deviceId === undefined ? '–' : <PageLink to={`/devices/${deviceId}`}>{deviceName ?? deviceId}</PageLink>,
    },
    { id: 'since', header: t.since, minWidth: 140, cell: ({ raisedAt }) => <When at={raisedAt} /> },
    { id: 'answer', header: t.answer, minWidth: 160, cell: (alert) => <Answer alert={alert} /> },
  ];
};

export const AlertsPage = () => {
  const t = useWords(alertWords);
  const [{ state = 'active' }, change] = useAddress(['state']);
  const list = useList(listAlerts, { state, limit: '50' }, { everyMs: REFRESH_MS });
  const columns = useColumns();
  return (
    <ListTable
      label={t.title}
      list={list}
      columns={columns}
      idOf={({ id }) => id}
      header={<Header variant="h1">{t.title}</Header>}
      filter={
        <SegmentedControl
          label={t.show}
          selectedId={state}
          options={ALERT_STATES.map((id) => ({ id, text: t[id] }))}
          onChange={({ detail }) => change({ state: detail.selectedId === 'active' ? undefined : detail.selectedId })}
        />
      }
      empty={
        <>
          <Box variant="strong">{t.empty}</Box>
          <Box variant="p">{t.emptyHint}</Box>
        </>
      }
    />
  );
};
