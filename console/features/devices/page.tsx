/** The list of devices: find, filter, select over pages, and restart. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { listDevices } from '../../../lib/api/devices.ts';
import { getGroup } from '../../../lib/api/groups.ts';
import { useList, useRead } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { useSignedIn } from '../../session/context.tsx';
import { useAddress } from '../../ui/address.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { useSelection } from '../../ui/selection.ts';
import { RestartDialog } from '../restart/dialog.tsx';
import type { RestartTarget } from '../restart/order.ts';
import { useColumns } from './columns.tsx';
import { DeviceFilters, FILTERS } from './filters.tsx';
import { GroupDialog } from './group-dialog.tsx';
import { deviceWords } from './words.ts';

const REFRESH_MS = 15_000;
const PAGE_SIZE = '50';

const Empty = ({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) => {
  const t = useWords(deviceWords);
  const { may } = useSignedIn();
  const [, navigate] = useLocation();
  if (isFiltered) {
    return (
      <SpaceBetween size="s">
        <Box>{t.noneMatch}</Box>
        <Button onClick={onClear}>{t.clearFilters}</Button>
      </SpaceBetween>
    );
  }
  return (
    <SpaceBetween size="s">
      <Box>{t.empty}</Box>
      {may('admin') && <Button onClick={() => navigate('/enrolment')}>{t.enrol}</Button>}
    </SpaceBetween>
  );
};

export const DevicesPage = () => {
  const t = useWords(deviceWords);
  const [filters, change] = useAddress(FILTERS);
  const isFiltered = Object.keys(filters).length > 0;
  const list = useList(listDevices, { ...filters, limit: PAGE_SIZE }, { everyMs: REFRESH_MS });
  const all = useRead(getGroup, { params: { id: 'all' } }, { everyMs: REFRESH_MS });
  const { selected, change: select, clear } = useSelection('devices');
  const [restarting, setRestarting] = useState<RestartTarget>();
  const [isGrouping, setGrouping] = useState(false);
  const columns = useColumns();
  const total = all.data?.deviceCount;
  const counter = isFiltered || total === undefined ? {} : { counter: `(${total})` };
  const actions = (
    <SpaceBetween direction="horizontal" size="xs">
      {selected.length > 0 && (
        <Button variant="link" onClick={clear}>
          {t.clear}
        </Button>
      )}
      <RoleButton needs="operator" disabled={selected.length === 0} onClick={() => setGrouping(true)}>
        {t.addToGroup}
      </RoleButton>
      <RoleButton
        needs="operator"
        disabled={!total}
        onClick={() => setRestarting({ kind: 'all', deviceCount: total ?? 0, except: [] })}
      >
        {t.restartAll}
      </RoleButton>
      <RoleButton
        needs="operator"
        variant="primary"
        disabled={selected.length === 0}
        onClick={() => setRestarting({ kind: 'devices', devices: selected })}
      >
        {t.restart}
      </RoleButton>
    </SpaceBetween>
  );
  return (
    <>
      <ListTable
        variant="full-page"
        label={t.title}
        list={list}
        columns={columns}
        idOf={({ id }) => id}
        header={
          <Header
            variant="awsui-h1-sticky"
            {...counter}
            actions={actions}
            {...(selected.length > 0 && { description: t.selected(selected.length) })}
          >
            {t.title}
          </Header>
        }
        filter={<DeviceFilters filters={filters} onChange={change} />}
        empty={
          <Empty
            isFiltered={isFiltered}
            onClear={() => change(Object.fromEntries(FILTERS.map((name) => [name, undefined])))}
          />
        }
        selection={{
          items: (list.data?.pages.flatMap(({ items }) => items) ?? []).filter(({ id }) =>
            selected.some((each) => each.id === id),
          ),
          onChange: select,
          nameOf: ({ name }) => t.select(name),
          allName: t.selectPage,
        }}
      />
      {restarting && <RestartDialog target={restarting} onClose={() => setRestarting(undefined)} onOrdered={clear} />}
      {isGrouping && <GroupDialog devices={selected} onClose={() => setGrouping(false)} onDone={clear} />}
    </>
  );
};
