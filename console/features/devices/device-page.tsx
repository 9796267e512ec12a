/** One device: what it is, what is under way, and what happened to it. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Skeleton from '@cloudscape-design/components/skeleton';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useParams } from 'wouter';
import { ApiError } from '../../../lib/api/client.ts';
import { type Device, getDevice } from '../../../lib/api/devices.ts';
import { getGroup } from '../../../lib/api/groups.ts';
import { listDeviceRestartTasks } from '../../../lib/api/restarts.ts';
import { useList, useRead } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Problem } from '../../ui/problem.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { useTaskColumns } from '../jobs/task-columns.tsx';
import { PLATFORM_NAMES, Seen, UnderWay } from './columns.tsx';
import { DeviceActions } from './device-actions.tsx';
import { devicePageWords } from './device-words.ts';
import { Timeline } from './timeline.tsx';
import { deviceWords } from './words.ts';

const REFRESH_MS = 5_000;

const GroupLink = ({ id }: { id: string }) => {
  const { data } = useRead(getGroup, { params: { id } });
  return <PageLink to={`/groups/${id}`}>{data?.name ?? id}</PageLink>;
};

const Facts = ({ device }: { device: Device }) => {
  const t = useWords(devicePageWords);
  const d = useWords(deviceWords);
  const { platform, agentVersion, serialNumber, groupIds, enrolledAt, bootedAt, openRestart, openAssistance } = device;
  const isIdle = !openRestart && !openAssistance;
  return (
    <KeyValuePairs
      columns={4}
      items={[
        { label: t.underWay, value: isIdle ? t.nothingUnderWay : <UnderWay device={device} /> },
        { label: d.seen, value: <Seen device={device} /> },
        { label: d.system, value: PLATFORM_NAMES[platform] },
        { label: d.agent, value: agentVersion },
        {
          label: t.groups,
          value:
            groupIds.length === 0 ? (
              t.noGroups
            ) : (
              <SpaceBetween size="xxs">
                {groupIds.map((id) => (
                  <GroupLink key={id} id={id} />
                ))}
              </SpaceBetween>
            ),
        },
        ...(bootedAt === undefined ? [] : [{ label: t.booted, value: <When at={bootedAt} /> }]),
        { label: t.enrolled, value: <When at={enrolledAt} /> },
        ...(serialNumber === undefined ? [] : [{ label: t.serial, value: <Text>{serialNumber}</Text> }]),
      ]}
    />
  );
};

const Restarts = ({ deviceId }: { deviceId: string }) => {
  const t = useWords(devicePageWords);
  const list = useList(listDeviceRestartTasks, { limit: '10' }, { params: { id: deviceId }, everyMs: REFRESH_MS });
  const columns = useTaskColumns().filter(({ id }) => id !== 'device');
  return (
    <ListTable
      label={t.restarts}
      list={list}
      columns={columns}
      idOf={({ id }) => id}
      header={<Header variant="h2">{t.restarts}</Header>}
      empty={t.noRestarts}
    />
  );
};

const Gone = () => {
  const t = useWords(devicePageWords);
  return (
    <ContentLayout header={<Header variant="h1">{t.goneTitle}</Header>}>
      <Box variant="p">{t.gone}</Box>
      <PageLink to="/devices">{t.toDevices}</PageLink>
    </ContentLayout>
  );
};

export const DevicePage = () => {
  const { id = '' } = useParams();
  const [isLeaving, setLeaving] = useState(false);
  const read = useRead(getDevice, { params: { id } }, { everyMs: REFRESH_MS, enabled: !isLeaving });
  const device = read.data;
  if (read.error instanceof ApiError && read.error.status === 404) return <Gone />;
  if (!device) {
    return read.error ? <Problem error={read.error} onRetry={() => void read.refetch()} /> : <Skeleton height="10em" />;
  }
  return (
    <ContentLayout
      header={
        <Header variant="h1" actions={<DeviceActions device={device} onRetiring={() => setLeaving(true)} />}>
          <Text>{device.name}</Text>
        </Header>
      }
    >
      <SpaceBetween size="l">
        {read.error && <Problem error={read.error} onRetry={() => void read.refetch()} />}
        <Container>
          <Facts device={device} />
        </Container>
        <Restarts deviceId={id} />
        <Timeline deviceId={id} />
      </SpaceBetween>
    </ContentLayout>
  );
};
