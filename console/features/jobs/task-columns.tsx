/** The columns of a list of restart tasks: device, state, since when, error, and what to do about it. */
import Box from '@cloudscape-design/components/box';
import type { RestartTask, TaskState } from '../../../lib/api/restarts.ts';
import { useWords } from '../../messages/language.ts';
import type { Column } from '../../ui/list-table.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { TaskStateWord } from './state.tsx';
import { jobWords } from './words.ts';

/** When the state began, as far as the task tells. */
const sinceOf = ({ endedAt, acknowledgedAt, createdAt }: RestartTask): string => endedAt ?? acknowledgedAt ?? createdAt;

const ErrorText = ({ task }: { task: RestartTask }) => {
  const { hints } = useWords(jobWords);
  const hint = (hints as Partial<Record<TaskState, string>>)[task.state];
  if (!task.error && hint === undefined) return '–';
  return (
    <>
      {task.error && <Text>{task.error.message}</Text>}
      {hint !== undefined && (
        <Box variant="small" display="block">
          {hint}
        </Box>
      )}
    </>
  );
};

export const useTaskColumns = (): readonly Column<RestartTask>[] => {
  const t = useWords(jobWords);
  return [
    {
      id: 'device',
      header: t.device,
      minWidth: 140,
      isRowHeader: true,
      cell: ({ deviceId, deviceName }) => <PageLink to={`/devices/${deviceId}`}>{deviceName}</PageLink>,
    },
    { id: 'state', header: t.state, minWidth: 150, cell: ({ state }) => <TaskStateWord state={state} /> },
    { id: 'since', header: t.since, minWidth: 130, cell: (task) => <When at={sinceOf(task)} /> },
    { id: 'orderedBy', header: t.orderedBy, minWidth: 120, cell: ({ orderedBy }) => <Text>{orderedBy}</Text> },
    { id: 'error', header: t.error, minWidth: 220, cell: (task) => <ErrorText task={task} /> },
  ];
};
