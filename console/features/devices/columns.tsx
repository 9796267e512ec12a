/** The columns of the list of devices. */
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AssistanceState } from '../../../lib/api/assistance.ts';
import type { Device } from '../../../lib/api/devices.ts';
import type { TaskState } from '../../../lib/api/restarts.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import type { Column } from '../../ui/list-table.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { When } from '../../ui/time.tsx';
import { PLATFORM_NAMES } from './platforms.ts';
import { deviceWords } from './words.ts';

export const Seen = ({ device: { lastSeenAt, online } }: { device: Device }) => {
  const t = useWords(deviceWords);
  if (lastSeenAt === undefined) return <StatusIndicator type="stopped">{t.never}</StatusIndicator>;
  return (
    <StatusIndicator type={online ? 'success' : 'stopped'} iconAriaLabel={online ? t.online : t.offline}>
      <When at={lastSeenAt} />
    </StatusIndicator>
  );
};

export const UnderWay = ({ device: { openRestart, openAssistance } }: { device: Device }) => {
  const t = useWords(deviceWords);
  const { request, task } = useWords(stateWords);
  return (
    <>
      {openAssistance && (
        <div>
          <PageLink to={`/requests/${openAssistance.requestId}`}>
            {`${t.helpRequest}: ${request[openAssistance.state as AssistanceState] ?? openAssistance.state}`}
          </PageLink>
        </div>
      )}
      {openRestart && (
        <div>
          <PageLink to={`/jobs/${openRestart.jobId}`}>
            {`${t.restarting}: ${task[openRestart.state as TaskState] ?? openRestart.state}`}
          </PageLink>
          {openRestart.notBefore !== undefined && openRestart.state === 'scheduled' && (
            <>
              {' '}
              (<When at={openRestart.notBefore} />)
            </>
          )}
        </div>
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
      minWidth: 160,
      isRowHeader: true,
      cell: ({ id, name }) => <PageLink to={`/devices/${id}`}>{name}</PageLink>,
    },
    { id: 'seen', header: t.seen, minWidth: 150, cell: (device) => <Seen device={device} /> },
    { id: 'system', header: t.system, minWidth: 100, cell: ({ platform }) => PLATFORM_NAMES[platform] },
    { id: 'agent', header: t.agent, minWidth: 100, cell: ({ agentVersion }) => agentVersion },
    { id: 'underWay', header: t.underWay, minWidth: 180, cell: (device) => <UnderWay device={device} /> },
  ];
};
