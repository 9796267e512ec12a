/** The list of devices as CSV: what the API has, for programs to read. */
import type { Device } from '../../../lib/api/devices.ts';
import { useWords } from '../../messages/language.ts';
import type { CsvColumn } from '../../ui/csv.ts';
import { deviceWords } from './words.ts';

export const useCsvColumns = (): readonly CsvColumn<Device>[] => {
  const t = useWords(deviceWords);
  return [
    { header: 'id', cell: ({ id }) => id },
    { header: t.name, cell: ({ name }) => name },
    { header: t.system, cell: ({ platform }) => platform },
    { header: t.agent, cell: ({ agentVersion }) => agentVersion },
    { header: t.serial, cell: ({ serialNumber }) => serialNumber },
    { header: t.seen, cell: ({ lastSeenAt }) => lastSeenAt },
    { header: t.online, cell: ({ online }) => (online === undefined ? '' : String(online)) },
    { header: t.enrolled, cell: ({ enrolledAt }) => enrolledAt },
    { header: t.group, cell: ({ groupIds }) => groupIds.join(' ') },
    { header: t.restarting, cell: ({ openRestart }) => openRestart?.state },
    { header: t.helpRequest, cell: ({ openAssistance }) => openAssistance?.state },
  ];
};
