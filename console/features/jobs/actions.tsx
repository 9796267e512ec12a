/** What can be done about a job: cancel it, or order those anew that failed. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useLocation } from 'wouter';
import {
  cancelRestartJob,
  getRestartJob,
  type JobState,
  listJobTasks,
  listRestartJobs,
  listRestartTasks,
  type RestartJob,
  retryRestartJob,
} from '../../../lib/api/restarts.ts';
import { useChange } from '../../data/change.ts';
import { useWords } from '../../messages/language.ts';
import { useDialog } from '../../ui/address.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { ProblemLine } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { jobWords } from './words.ts';

const CONCERNS = [getRestartJob, listRestartJobs, listJobTasks, listRestartTasks];

const OVER: readonly JobState[] = ['completed', 'aborted', 'canceled'];
const CANCELABLE: readonly JobState[] = ['expanding', 'running'];

/** Whether nothing more happens to it. */
export const isOver = ({ state }: RestartJob): boolean => OVER.includes(state);

/** What a retry takes its devices from. */
const mayRetry = (job: RestartJob): boolean => {
  const { failed = 0, timedOut = 0, expired = 0 } = job.counts;
  return isOver(job) && failed + timedOut + expired > 0;
};

export const JobActions = ({ job }: { job: RestartJob }) => {
  const t = useWords(jobWords);
  const { show } = useNotices();
  const [, navigate] = useLocation();
  const [dialog, open] = useDialog({ cancel: 'operator' });
  const params = { id: job.id };
  const cancel = useChange(cancelRestartJob, { concerns: CONCERNS, onDone: () => open() });
  const retry = useChange(retryRestartJob, {
    concerns: CONCERNS,
    onDone: ({ id }) => {
      show({ type: 'success', content: t.retried });
      navigate(`/jobs/${id}`);
    },
    onError: (error) => show({ type: 'error', content: <ProblemLine error={error} /> }),
  });
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <RoleButton
        needs="operator"
        disabled={!mayRetry(job)}
        loading={retry.isPending}
        onClick={() => retry.send({ params })}
      >
        {t.retryFailed}
      </RoleButton>
      <RoleButton needs="operator" disabled={!CANCELABLE.includes(job.state)} onClick={() => open('cancel')}>
        {t.cancelJob}
      </RoleButton>
      {dialog === 'cancel' && (
        <Confirm
          title={t.cancelTitle}
          text={t.cancelText}
          action={t.cancelJob}
          keep={t.keep}
          isPending={cancel.isPending}
          error={cancel.error}
          onConfirm={() => cancel.send({ params })}
          onClose={() => open()}
        />
      )}
    </SpaceBetween>
  );
};
