/** States of jobs and tasks as coloured words. */
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { JobState, TaskState } from '../../../lib/api/restarts.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';

type Type = StatusIndicatorProps.Type;

const TASK_TYPES: Readonly<Record<TaskState, Type>> = {
  scheduled: 'pending',
  queued: 'pending',
  inProgress: 'in-progress',
  succeeded: 'success',
  failed: 'error',
  timedOut: 'error',
  rejected: 'warning',
  canceling: 'in-progress',
  canceled: 'stopped',
  expired: 'warning',
  removed: 'stopped',
};

const JOB_TYPES: Readonly<Record<JobState, Type>> = {
  expanding: 'in-progress',
  running: 'in-progress',
  completed: 'success',
  aborted: 'error',
  canceling: 'in-progress',
  canceled: 'stopped',
};

export const TaskStateWord = ({ state }: { state: TaskState }) => {
  const { task } = useWords(stateWords);
  return <StatusIndicator type={TASK_TYPES[state]}>{task[state]}</StatusIndicator>;
};

export const JobStateWord = ({ state }: { state: JobState }) => {
  const { job } = useWords(stateWords);
  return <StatusIndicator type={JOB_TYPES[state]}>{job[state]}</StatusIndicator>;
};
