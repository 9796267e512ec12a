/** One group: its members, its name, and a restart of all of it. */
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Skeleton from '@cloudscape-design/components/skeleton';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { type Device, listDevices } from '../../../lib/api/devices.ts';
import { type Group, getGroup, removeGroupMember } from '../../../lib/api/groups.ts';
import { useNotices } from '../../app/notices.tsx';
import { useChange, useList, useRead } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { type Column, ListTable } from '../../ui/list-table.tsx';
import { Problem, useDescribeError } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Text } from '../../ui/text.tsx';
import { useColumns as useDeviceColumns } from '../devices/columns.tsx';
import { GroupActions } from './actions.tsx';
import { ALL } from './page.tsx';
import { groupWords } from './words.ts';

const REFRESH_MS = 30_000;

const RemoveMember = ({ group, device }: { group: Group; device: Device }) => {
  const t = useWords(groupWords);
  const { show } = useNotices();
  const describe = useDescribeError();
  const remove = useChange(removeGroupMember, { concerns: [getGroup, listDevices] });
  const params = { id: group.id, deviceId: device.id };
  return (
    <RoleButton
      needs="operator"
      variant="inline-link"
      ariaLabel={t.removeMemberOf(device.name)}
      loading={remove.isPending}
      onClick={() =>
        remove.mutate(
          { params },
          { onError: (error) => show({ type: 'error', content: <Text>{describe(error)}</Text> }) },
        )
      }
    >
      {t.removeMember}
    </RoleButton>
  );
};

const useMemberColumns = (group: Group): readonly Column<Device>[] => {
  const columns = useDeviceColumns();
  if (group.id === ALL) return columns;
  return [
    ...columns,
    { id: 'remove', header: '', minWidth: 110, cell: (device) => <RemoveMember group={group} device={device} /> },
  ];
};

const Members = ({ group }: { group: Group }) => {
  const t = useWords(groupWords);
  const [, navigate] = useLocation();
  const query = { limit: '50', ...(group.id !== ALL && { groupId: group.id }) };
  const list = useList(listDevices, query, { everyMs: REFRESH_MS });
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
          <p>{t.noMembers}</p>
          <Button onClick={() => navigate('/devices')}>{t.chooseDevices}</Button>
        </>
      }
    />
  );
};

export const GroupPage = () => {
  const t = useWords(groupWords);
  const { id = '' } = useParams();
  const [isLeaving, setLeaving] = useState(false);
  const read = useRead(getGroup, { params: { id } }, { everyMs: REFRESH_MS, enabled: !isLeaving });
  const group = read.data;
  if (!group) {
    return read.error ? <Problem error={read.error} onRetry={() => void read.refetch()} /> : <Skeleton height="10em" />;
  }
  return (
    <ContentLayout
      header={
        <Header variant="h1" actions={<GroupActions group={group} onDeleting={() => setLeaving(true)} />}>
          <Text>{id === ALL ? t.all : group.name}</Text>
        </Header>
      }
    >
      <Members group={group} />
    </ContentLayout>
  );
};
