/** One group: its members, its name, and a restart of all of it. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { type Device, listDevices } from '../../../lib/api/devices.ts';
import { type Group, getGroup, removeGroupMember } from '../../../lib/api/groups.ts';
import { useChange } from '../../data/change.ts';
import { usePaged } from '../../data/paged.ts';
import { useRead } from '../../data/read.ts';
import { useWords } from '../../messages/language.ts';
import { Detail, Gone } from '../../ui/detail.tsx';
import { type Column, ListTable } from '../../ui/list-table.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ProblemLine } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { useColumns as useDeviceColumns } from '../devices/columns.tsx';
import { GroupActions } from './actions.tsx';
import { ALL } from './all.ts';
import { groupWords } from './words.ts';

const REFRESH_MS = 30_000;

const RemoveMember = ({ group, device }: { group: Group; device: Device }) => {
  const t = useWords(groupWords);
  const { show } = useNotices();
  const remove = useChange(removeGroupMember, {
    concerns: [getGroup, listDevices],
    onError: (error) => show({ type: 'error', content: <ProblemLine error={error} /> }),
  });
  return (
    <RoleButton
      needs="operator"
      variant="inline-link"
      ariaLabel={t.removeMemberOf(device.name)}
      loading={remove.isPending}
      onClick={() => remove.send({ params: { id: group.id, deviceId: device.id } })}
    >
      {t.removeMember}
    </RoleButton>
  );
};

const useMemberColumns = (group: Group): readonly Column<Device>[] => {
  const t = useWords(groupWords);
  const columns = useDeviceColumns();
  if (group.id === ALL) return columns;
  return [
    ...columns,
    {
      id: 'remove',
      header: t.action,
      minWidth: 110,
      cell: (device) => <RemoveMember group={group} device={device} />,
    },
  ];
};

const Members = ({ group }: { group: Group }) => {
  const t = useWords(groupWords);
  const [, navigate] = useLocation();
  const query = { limit: '50', ...(group.id !== ALL && { groupId: group.id }) };
  const list = usePaged(listDevices, query, { everyMs: REFRESH_MS });
  const columns = useMemberColumns(group);
  return (
    <ListTable
      label={t.members}
      list={list}
      columns={columns}
      idOf={({ id }) => id}
      header={
        <Header variant="h2" counter={`(${group.deviceCount})`}>
          {t.members}
        </Header>
      }
      empty={
        <>
          <Box variant="strong">{t.noMembers}</Box>
          <Button onClick={() => navigate('/devices')}>{t.chooseDevices}</Button>
        </>
      }
    />
  );
};

export const GroupPage = () => {
  const t = useWords(groupWords);
  const { id = '' } = useParams();
  const [isDeleted, setDeleted] = useState(false);
  const read = useRead(getGroup, { params: { id } }, { everyMs: REFRESH_MS, enabled: !isDeleted });
  return (
    <Detail
      read={read}
      gone={
        <Gone title={t.goneTitle} to="/groups" toLabel={t.toGroups}>
          {t.gone}
        </Gone>
      }
      header={(group) => (
        <PageHeader
          title={id === ALL ? t.all : group.name}
          actions={<GroupActions group={group} onDeleted={() => setDeleted(true)} />}
        />
      )}
    >
      {(group) => <Members group={group} />}
    </Detail>
  );
};
