/** One device: what it is, what is under way, and what happened to it. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { type Device, getDevice } from '../../../lib/api/devices.ts';
import { getGroup } from '../../../lib/api/groups.ts';
import { listDeviceRestartTasks } from '../../../lib/api/restarts.ts';
import { usePaged } from '../../data/paged.ts';
import { useRead } from '../../data/read.ts';
import { useWords } from '../../messages/language.ts';
import { Detail, Gone } from '../../ui/detail.tsx';
import { ListTable } from '../../ui/list-table.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { useTaskColumns } from '../jobs/task-columns.tsx';
import { Seen, UnderWay } from './columns.tsx';
import { DeviceActions } from './device-actions.tsx';
import { devicePageWords } from './device-words.ts';
import { PLATFORM_NAMES } from './platforms.ts';
import { Timeline } from './timeline.tsx';
import { deviceWords } from './words.ts';

const REFRESH_MS = 5_000;

const GroupLink = ({ id }: { id: string }) => {
  const { data } = useRead(getGroup, { params: { id } });
  return <PageLink to={`/groups/${id}`}>{data?.name ?? id}</PageLink>;
};

const Groups = ({ ids }: { ids: readonly string[] }) => {
  const t = useWords(devicePageWords);
  if (ids.length === 0) return t.noGroups;
  return (
    <SpaceBetween size="xxs">
      {ids.map((id) => (
        <GroupLink key={id} id={id} />
      ))}
    </SpaceBetween>
  );
};

const Facts = ({ device }: { device: Device }) => {
  const t = useWords(devicePageWords);
  const d = useWords(deviceWords);
  const { platform, agentVersion, serialNumber, groupIds, enrolledAt, bootedAt, openRestart, openAssistance } = device;
  const isIdle = !openRestart && !openAssistance;
  return (
    <Container>
      <KeyValuePairs
        columns={4}
        items={[
          { label: d.underWay, value: isIdle ? t.nothingUnderWay : <UnderWay device={device} /> },
          { label: d.seen, value: <Seen device={device} /> },
          { label: d.system, value: PLATFORM_NAMES[platform] },
          { label: d.agent, value: agentVersion },
          { label: t.groups, value: <Groups ids={groupIds} /> },
          ...(bootedAt === undefined ? [] : [{ label: t.booted, value: <When at={bootedAt} /> }]),
          { label: d.enrolled, value: <When at={enrolledAt} /> },
          ...(serialNumber === undefined ? [] : [{ label: d.serial, value: <Text>{serialNumber}</Text> }]),
        ]}
      />
    </Container>
  );
};

const Restarts = ({ deviceId }: { deviceId: string }) => {
  const t = useWords(devicePageWords);
  const [, navigate] = useLocation();
  const list = usePaged(listDeviceRestartTasks, { limit: '10' }, { params: { id: deviceId }, everyMs: REFRESH_MS });
  const columns = useTaskColumns().filter(({ id }) => id !== 'device');
  return (
    <ListTable
      label={t.restarts}
      list={list}
      columns={columns}
      idOf={({ id }) => id}
      header={<Header variant="h2">{t.restarts}</Header>}
      empty={
        <>
          <Box variant="strong">{t.noRestarts}</Box>
          <Button onClick={() => navigate('/jobs')}>{t.toJobs}</Button>
        </>
      }
    />
  );
};

export const DevicePage = () => {
  const t = useWords(devicePageWords);
  const { id = '' } = useParams();
  const [isRetired, setRetired] = useState(false);
  const read = useRead(getDevice, { params: { id } }, { everyMs: REFRESH_MS, enabled: !isRetired });
  return (
    <Detail
      read={read}
      gone={
        <Gone title={t.goneTitle} to="/devices" toLabel={t.toDevices}>
          {t.gone}
        </Gone>
      }
      header={(device) => (
        <PageHeader
          title={device.name}
          actions={<DeviceActions device={device} onRetired={() => setRetired(true)} />}
        />
      )}
    >
      {(device) => (
        <>
          <Facts device={device} />
          <Restarts deviceId={id} />
          <Timeline deviceId={id} />
        </>
      )}
    </Detail>
  );
};
