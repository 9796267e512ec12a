/** What can be done about a job: cancel it, or order those anew that failed. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import {
  cancelRestartJob,
  getRestartJob,
  listJobTasks,
  listRestartJobs,
  listRestartTasks,
  type RestartJob,
  retryRestartJob,
} from '../../../lib/api/restarts.ts';
import { useNotices } from '../../app/notices.tsx';
import { useChange } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { useDescribeError } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Text } from '../../ui/text.tsx';
import { jobWords } from './words.ts';

const CONCERNS = [getRestartJob, listRestartJobs, listJobTasks, listRestartTasks];

/** What a retry takes its devices from. */
const mayRetry = ({ state, counts }: RestartJob): boolean =>
  ['completed', 'aborted', 'canceled'].includes(state) &&
  (counts.failed ?? 0) + (counts.timedOut ?? 0) + (counts.expired ?? 0) > 0;

export const JobActions = ({ job }: { job: RestartJob }) => {
  const t = useWords(jobWords);
  const { show } = useNotices();
  const describe = useDescribeError();
  const [isAsking, setAsking] = useState(false);
  const params = { id: job.id };
  const fail = (error: unknown) => show({ type: 'error', content: <Text>{describe(error)}</Text> });
  const cancel = useChange(cancelRestartJob, { concerns: CONCERNS, onDone: () => setAsking(false) });
  const retry = useChange(retryRestartJob, {
    concerns: CONCERNS,
    onDone: ({ id }) =>
      show({
        type: 'success',
        content: (
          <>
            {t.retried} <PageLink to={`/jobs/${id}`}>{t.follow}</PageLink>
          </>
        ),
      }),
  });
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <RoleButton
        needs="operator"
        disabled={!mayRetry(job)}
        loading={retry.isPending}
        onClick={() => retry.mutate({ params }, { onError: fail })}
      >
        {t.retryFailed}
      </RoleButton>
      <RoleButton
        needs="operator"
        disabled={!['expanding', 'running'].includes(job.state)}
        onClick={() => setAsking(true)}
      >
        {t.cancelJob}
      </RoleButton>
      {isAsking && (
        <Confirm
          title={t.cancelTitle}
          text={t.cancelText}
          action={t.cancelJob}
          keep={t.keep}
          isPending={cancel.isPending}
          error={cancel.error}
          onConfirm={() => cancel.mutate({ params })}
          onClose={() => setAsking(false)}
        />
      )}
    </SpaceBetween>
  );
};
