/** The columns of a list of restart tasks: device, state, since when, who ordered it, error and what to do about it. */
import Box from '@cloudscape-design/components/box';
import {
  cancelRestartTask,
  getRestartJob,
  listDeviceRestartTasks,
  listJobTasks,
  listRestartTasks,
  type RestartTask,
  type TaskState,
} from '../../../lib/api/restarts.ts';
import { useChange } from '../../data/change.ts';
import { useLanguage, useWords } from '../../messages/language.ts';
import type { Column } from '../../ui/list-table.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { ProblemLine } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { exactTime } from '../../ui/time-text.ts';
import { TaskStateWord } from './state.tsx';
import { jobWords } from './words.ts';

const CONCERNS = [listJobTasks, listRestartTasks, listDeviceRestartTasks, getRestartJob];
const CANCELABLE: readonly TaskState[] = ['scheduled', 'queued', 'inProgress'];

/** When the state began, as far as the task tells. */
const sinceOf = ({ endedAt, acknowledgedAt, createdAt }: RestartTask): string => endedAt ?? acknowledgedAt ?? createdAt;

/** What went wrong: when it is a matter of time in our words, else in the agent's. */
const useError = ({ state, error, acknowledgeBy, returnBy }: RestartTask): string | undefined => {
  const t = useWords(jobWords);
  const language = useLanguage();
  const time = (at: string): string => exactTime(language, Date.parse(at));
  if (state === 'expired') return t.notReached(time(acknowledgeBy));
  if (state === 'timedOut' && returnBy !== undefined) return t.notBack(time(returnBy));
  return error?.message;
};

const ErrorText = ({ task }: { task: RestartTask }) => {
  const { hints } = useWords(jobWords);
  const error = useError(task);
  const hint = (hints as Partial<Record<TaskState, string>>)[task.state];
  if (error === undefined && hint === undefined) return '–';
  return (
    <>
      {error !== undefined && <Text>{error}</Text>}
      {hint !== undefined && (
        <Box variant="small" display="block">
          {hint}
        </Box>
      )}
    </>
  );
};

const CancelTask = ({ task: { id, state, deviceName } }: { task: RestartTask }) => {
  const t = useWords(jobWords);
  const { show } = useNotices();
  const { send, isPending } = useChange(cancelRestartTask, {
    concerns: CONCERNS,
    onError: (error) => show({ type: 'error', content: <ProblemLine error={error} /> }),
  });
  if (!CANCELABLE.includes(state)) return null;
  return (
    <Box>
      <RoleButton
        needs="operator"
        variant="inline-link"
        ariaLabel={t.cancelOf(deviceName)}
        loading={isPending}
        onClick={() => send({ params: { id } })}
      >
        {t.cancelTask}
      </RoleButton>
    </Box>
  );
};

const State = ({ task }: { task: RestartTask }) => {
  const { state, notBefore } = task;
  return (
    <>
      <TaskStateWord state={state} />
      {state === 'scheduled' && notBefore !== undefined && (
        <Box variant="small" display="block">
          <When at={notBefore} />
        </Box>
      )}
      <CancelTask task={task} />
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
    {
      id: 'state',
      header: t.state,
      minWidth: 170,
      cell: (task) => <State task={task} />,
    },
    { id: 'since', header: t.since, minWidth: 150, cell: (task) => <When at={sinceOf(task)} /> },
    { id: 'orderedBy', header: t.orderedBy, minWidth: 120, cell: ({ orderedBy }) => <Text>{orderedBy}</Text> },
    { id: 'error', header: t.error, minWidth: 220, cell: (task) => <ErrorText task={task} /> },
  ];
};
