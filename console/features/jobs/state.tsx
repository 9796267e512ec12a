/** States of jobs and tasks as coloured words, and how far a job is. */
import ProgressBar from '@cloudscape-design/components/progress-bar';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { JobState, RestartJob, TaskState } from '../../../lib/api/restarts.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import { jobWords } from './words.ts';

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

/** Nothing more happens to these. */
const ENDED: readonly (keyof RestartJob['counts'])[] = [
  'succeeded',
  'failed',
  'timedOut',
  'rejected',
  'canceled',
  'expired',
  'removed',
  'joined',
];

export const TaskStateWord = ({ state }: { state: TaskState }) => {
  const { task } = useWords(stateWords);
  return <StatusIndicator type={TASK_TYPES[state]}>{task[state]}</StatusIndicator>;
};

export const JobStateWord = ({ state }: { state: JobState }) => {
  const { job } = useWords(stateWords);
  return <StatusIndicator type={JOB_TYPES[state]}>{job[state]}</StatusIndicator>;
};

export const endedOf = ({ counts }: RestartJob): number => ENDED.reduce((sum, state) => sum + (counts[state] ?? 0), 0);

export const JobProgress = ({ job }: { job: RestartJob }) => {
  const t = useWords(jobWords);
  const done = endedOf(job);
  const all = Math.max(job.deviceCount, done);
  const value = all === 0 ? 0 : Math.round((done / all) * 100);
  return <ProgressBar value={value} ariaLabel={t.progress} description={t.progressOf(done, all)} />;
};
