/** The list of devices: find, filter, select over pages, and restart. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useLocation } from 'wouter';
import { type Device, listDevices } from '../../../lib/api/devices.ts';
import { type Paged, usePaged } from '../../data/paged.ts';
import { useLive } from '../../live/context.tsx';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { useSignedIn } from '../../session/context.tsx';
import { useDialog, useFilters } from '../../ui/address.ts';
import { CsvButton } from '../../ui/csv-button.tsx';
import { ListTable } from '../../ui/list-table.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { useSelection } from '../../ui/selection.ts';
import { serverNow } from '../../ui/server-time.ts';
import { RestartDialog } from '../restart/dialog.tsx';
import { useColumns } from './columns.tsx';
import { useCsvColumns } from './csv-columns.ts';
import { DeviceFilters, FILTERS, NO_FILTERS } from './filters.tsx';
import { GroupDialog } from './group-dialog.tsx';
import { deviceQuery } from './query.ts';
import { deviceWords } from './words.ts';

const REFRESH_MS = 15_000;
const PAGE_SIZE = '50';

type EmptyProps = { list: Paged<Device>; isFiltered: boolean; onClear: () => void };

const Empty = ({ list: { examinedCount, hasNext, page, setPage }, isFiltered, onClear }: EmptyProps) => {
  const t = useWords(deviceWords);
  const c = useWords(common);
  const { may } = useSignedIn();
  const [, navigate] = useLocation();
  if (hasNext) {
    return (
      <>
        <Box variant="strong">{t.noneAmong(examinedCount ?? 0)}</Box>
        <Button onClick={() => setPage(page + 1)}>{t.lookFurther}</Button>
      </>
    );
  }
  return (
    <>
      <Box variant="strong">{isFiltered ? t.noneMatch : t.empty}</Box>
      {isFiltered && <Button onClick={onClear}>{c.clearFilters}</Button>}
      {!isFiltered && may('admin') && <Button onClick={() => navigate('/enrolment')}>{t.enrol}</Button>}
    </>
  );
};

export const DevicesPage = () => {
  const t = useWords(deviceWords);
  const [filters, change] = useFilters(FILTERS);
  const isFiltered = Object.keys(filters).length > 0;
  const query = deviceQuery(filters, serverNow());
  const list = usePaged(listDevices, { ...query, limit: PAGE_SIZE }, { everyMs: REFRESH_MS });
  const total = useLive().overview?.deviceCount;
  const { selected, change: select, clear } = useSelection('devices');
  const [dialog, open] = useDialog({ restart: 'operator', all: 'operator', group: 'operator' });
  const columns = useColumns();
  const csvColumns = useCsvColumns();
  const close = (): void => open();
  const ids = new Set(selected.map(({ id }) => id));
  const isPartial = list.examinedCount !== undefined && list.hasNext && (list.items?.length ?? 0) > 0;
  const actions = (
    <SpaceBetween direction="horizontal" size="xs">
      {selected.length > 0 && (
        <Button variant="link" onClick={clear}>
          {t.clear}
        </Button>
      )}
      <CsvButton name="devices" source={{ operation: listDevices, query }} columns={csvColumns} />
      <RoleButton needs="operator" disabled={selected.length === 0} onClick={() => open('group')}>
        {t.addToGroup}
      </RoleButton>
      <RoleButton needs="operator" disabled={!total} onClick={() => open('all')}>
        {t.restartAll}
      </RoleButton>
      <RoleButton needs="operator" variant="primary" disabled={selected.length === 0} onClick={() => open('restart')}>
        {t.restart}
      </RoleButton>
    </SpaceBetween>
  );
  return (
    <>
      <ListTable
        label={t.title}
        list={list}
        columns={columns}
        idOf={({ id }) => id}
        header={
          <PageHeader
            title={t.title}
            actions={actions}
            {...(!isFiltered && total !== undefined && { counter: `(${total})` })}
            {...(isPartial && { description: t.examined(list.examinedCount ?? 0) })}
            {...(selected.length > 0 && { description: t.selected(selected.length) })}
          />
        }
        filter={<DeviceFilters filters={filters} onChange={change} />}
        empty={<Empty list={list} isFiltered={isFiltered} onClear={() => change(NO_FILTERS)} />}
        selection={{
          items: (list.items ?? []).filter(({ id }) => ids.has(id)),
          onChange: select,
          nameOf: ({ name }) => t.select(name),
          allName: t.selectPage,
        }}
      />
      {dialog === 'restart' && selected.length > 0 && (
        <RestartDialog target={{ kind: 'devices', devices: selected }} onClose={close} onOrdered={clear} />
      )}
      {dialog === 'all' && total !== undefined && (
        <RestartDialog
          target={{ kind: 'all', deviceCount: total, except: selected }}
          onClose={close}
          onOrdered={clear}
        />
      )}
      {dialog === 'group' && selected.length > 0 && <GroupDialog devices={selected} onClose={close} onDone={clear} />}
    </>
  );
};
