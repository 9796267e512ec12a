/** The alerts: what an admin should look at now, and who took it on. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import {
  ALERT_STATES,
  type Alert,
  type AlertState,
  acknowledgeAlert,
  listAlerts,
  type Severity,
} from '../../../lib/api/alerts.ts';
import { useChange } from '../../data/change.ts';
import { usePaged } from '../../data/paged.ts';
import { useLanguage, useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import { useFilters } from '../../ui/address.ts';
import { type Column, ListTable } from '../../ui/list-table.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { ProblemLine } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { subjectAddress } from '../../ui/subject-address.ts';
import { Sentence, Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { alertTitle } from './title-words.ts';
import { alertWords } from './words.ts';

const ACTIVE: AlertState = 'active';
const REFRESH_MS = 30_000;

const TYPES: Readonly<Record<Severity, StatusIndicatorProps.Type>> = {
  info: 'info',
  warning: 'warning',
  critical: 'error',
};

/** Who took it on, or what ended it. The server words the latter in English. */
const Outcome = ({ alert: { state, resolution, resolvedAt, acknowledgedBy, acknowledgedAt } }: { alert: Alert }) => {
  const t = useWords(alertWords);
  const language = useLanguage();
  const at = state === 'resolved' ? resolvedAt : acknowledgedAt;
  return (
    <>
      {state === 'resolved' && <Text>{language === 'en' && resolution !== undefined ? resolution : t.isResolved}</Text>}
      {state === 'acknowledged' && <Sentence say={t.acknowledgedBy} name={acknowledgedBy ?? ''} />}
      {at !== undefined && (
        <Box variant="small" display="block">
          <When at={at} />
        </Box>
      )}
    </>
  );
};

const Answer = ({ alert }: { alert: Alert }) => {
  const t = useWords(alertWords);
  const language = useLanguage();
  const { show } = useNotices();
  const acknowledge = useChange(acknowledgeAlert, {
    concerns: [listAlerts],
    onError: (error) => show({ type: 'error', content: <ProblemLine error={error} /> }),
  });
  if (alert.state !== 'active') return <Outcome alert={alert} />;
  return (
    <RoleButton
      needs="helpdesk"
      wrapText={false}
      ariaLabel={t.acknowledgeOne(alertTitle(language, alert))}
      loading={acknowledge.isPending}
      onClick={() => acknowledge.send({ params: { id: alert.id } })}
    >
      {t.acknowledge}
    </RoleButton>
  );
};

const What = ({ alert }: { alert: Alert }) => {
  const language = useLanguage();
  const title = alertTitle(language, alert);
  const to = subjectAddress(alert.subject, alert.deviceId);
  return to === undefined ? <Text>{title}</Text> : <PageLink to={to}>{title}</PageLink>;
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
    { id: 'what', header: t.what, minWidth: 240, isRowHeader: true, cell: (alert) => <What alert={alert} /> },
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
  const [{ state = ACTIVE }, change] = useFilters(['state']);
  const list = usePaged(listAlerts, { state, limit: '50' }, { everyMs: REFRESH_MS });
  const columns = useColumns();
  const showState = (chosen: string): void => change({ state: chosen === ACTIVE ? undefined : chosen });
  return (
    <ListTable
      label={t.title}
      list={list}
      columns={columns}
      idOf={({ id }) => id}
      header={<PageHeader title={t.title} />}
      filter={
        <SegmentedControl
          label={t.show}
          selectedId={state}
          options={ALERT_STATES.map((id) => ({ id, text: t[id] }))}
          onChange={({ detail }) => showState(detail.selectedId)}
        />
      }
      empty={
        <>
          <Box variant="strong">{t.empty[state as AlertState] ?? t.empty.active}</Box>
          {state === ACTIVE ? (
            <Button onClick={() => showState('resolved')}>{t.showResolved}</Button>
          ) : (
            <Button onClick={() => showState(ACTIVE)}>{t.showActive}</Button>
          )}
        </>
      }
    />
  );
};
