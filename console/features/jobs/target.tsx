/** What a job was ordered for. */
import type { RestartJob } from '../../../lib/api/restarts.ts';
import { useWords } from '../../messages/language.ts';
import { PageLink } from '../../ui/page-link.tsx';
import { jobWords } from './words.ts';

export const JobTarget = ({ job: { target, deviceCount } }: { job: RestartJob }) => {
  const t = useWords(jobWords);
  if ('retryOf' in target) return <PageLink to={`/jobs/${target.retryOf}`}>{t.retryOf}</PageLink>;
  if ('deviceIds' in target) return t.devices(deviceCount);
  const except = target.exceptDeviceIds?.length ?? 0;
  return (
    <>
      {target.groupId === 'all' ? t.all : <PageLink to={`/groups/${target.groupId}`}>{t.group}</PageLink>}
      {except > 0 && ` ${t.except(except)}`}
    </>
  );
};
