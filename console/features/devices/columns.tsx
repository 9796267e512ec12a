/** The columns of the list of devices. */
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AssistanceState } from '../../../lib/api/assistance.ts';
import type { Device, Platform } from '../../../lib/api/devices.ts';
import type { TaskState } from '../../../lib/api/restarts.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import type { Column } from '../../ui/list-table.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { When } from '../../ui/time.tsx';
import { deviceWords } from './words.ts';

/** Names of their own, the same in each language. */
export const PLATFORM_NAMES: Readonly<Record<Platform, string>> = {
  windows: 'Windows',
  linux: 'Linux',
  macos: 'macOS',
};

export const Seen = ({ device }: { device: Device }) => {
  const t = useWords(deviceWords);
  if (device.lastSeenAt === undefined) return <StatusIndicator type="stopped">{t.never}</StatusIndicator>;
  return (
    <StatusIndicator type={device.online ? 'success' : 'stopped'}>
      <When at={device.lastSeenAt} />
    </StatusIndicator>
  );
};

export const UnderWay = ({ device }: { device: Device }) => {
  const t = useWords(deviceWords);
  const states = useWords(stateWords);
  const { openRestart, openAssistance } = device;
  return (
    <>
      {openAssistance && (
        <PageLink to={`/requests/${openAssistance.requestId}`}>
          {`${t.helpRequest}: ${states.request[openAssistance.state as AssistanceState] ?? openAssistance.state}`}
        </PageLink>
      )}
      {openAssistance && openRestart && <br />}
      {openRestart && (
        <PageLink
          to={`/jobs/${openRestart.jobId}`}
        >{`${t.restarting}: ${states.task[openRestart.state as TaskState] ?? openRestart.state}`}</PageLink>
      )}
    </>
  );
};

export const useColumns = (): readonly Column<Device>[] => {
  const t = useWords(deviceWords);
  return [
    {
      id: 'name',
      header: t.name,
      isRowHeader: true,
      cell: (device) => <PageLink to={`/devices/${device.id}`}>{device.name}</PageLink>,
    },
    { id: 'seen', header: t.seen, cell: (device) => <Seen device={device} /> },
    { id: 'system', header: t.system, cell: ({ platform }) => PLATFORM_NAMES[platform] },
    { id: 'agent', header: t.agent, cell: ({ agentVersion }) => agentVersion },
    { id: 'underWay', header: t.underWay, cell: (device) => <UnderWay device={device} /> },
  ];
};
