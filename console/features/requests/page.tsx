/** The open help requests, the one that waits longest first; or those of another state, or of a device. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useLocation } from 'wouter';
import { ASSISTANCE_STATES, listAssistanceRequests } from '../../../lib/api/assistance.ts';
import { usePaged } from '../../data/paged.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import { type AddressChange, useFilters } from '../../ui/address.ts';
import { Choice } from '../../ui/choice.tsx';
import { ListTable } from '../../ui/list-table.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { useColumns } from './columns.tsx';
import { FirstSteps, useIsFirstRun } from './first-steps.tsx';
import { requestWords } from './words.ts';

const OPEN = 'open';
/** In the address: whatever the state. */
const ALL = 'all';
const REFRESH_MS = 30_000;

type FilterProps = {
  filters: { state?: string; deviceId?: string };
  onChange: (change: AddressChange) => void;
};

const RequestFilters = ({ filters: { state, deviceId }, onChange }: FilterProps) => {
  const t = useWords(requestWords);
  const { request: states } = useWords(stateWords);
  const options = [
    ...ASSISTANCE_STATES.map((value) => ({ value: value as string, label: states[value] })),
    { value: ALL, label: t.all },
  ];
  return (
    <div className="ra-filters">
      <Choice
        label={t.show}
        all={t.open}
        value={state}
        options={options}
        onChange={(chosen) => onChange({ state: chosen })}
      />
      {deviceId !== undefined && (
        <Button iconName="close" iconAlign="right" onClick={() => onChange({ deviceId: undefined })}>
          {t.ofDevice}
        </Button>
      )}
    </div>
  );
};

const Empty = ({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) => {
  const t = useWords(requestWords);
  const c = useWords(common);
  const [, navigate] = useLocation();
  if (isFiltered) {
    return (
      <>
        <Box variant="strong">{t.emptyFiltered}</Box>
        <Button onClick={onClear}>{c.clearFilters}</Button>
      </>
    );
  }
  return (
    <>
      <Box variant="strong">{t.empty}</Box>
      <Box>{t.emptyHint}</Box>
      <Button onClick={() => navigate('/devices')}>{t.toDevices}</Button>
    </>
  );
};

export const RequestsPage = () => {
  const t = useWords(requestWords);
  const [filters, change] = useFilters(['state', 'deviceId']);
  const { state = OPEN, deviceId } = filters;
  const query = { state: state === ALL ? undefined : state, deviceId, limit: '50' };
  const list = usePaged(listAssistanceRequests, query, { everyMs: REFRESH_MS });
  const columns = useColumns();
  if (useIsFirstRun()) return <FirstSteps />;
  return (
    <ListTable
      label={t.title}
      list={list}
      columns={columns}
      idOf={({ id }) => id}
      header={<PageHeader title={t.title} />}
      filter={<RequestFilters filters={filters} onChange={change} />}
      empty={
        <Empty
          isFiltered={filters.state !== undefined || deviceId !== undefined}
          onClear={() => change({ state: undefined, deviceId: undefined })}
        />
      }
    />
  );
};
