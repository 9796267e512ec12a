/** What a job was ordered for. */
import type { RestartJob } from '../../../lib/api/restarts.ts';
import { useWords } from '../../messages/language.ts';
import { PageLink } from '../../ui/page-link.tsx';
import { jobWords } from './words.ts';

export const JobTarget = ({ job }: { job: RestartJob }) => {
  const t = useWords(jobWords);
  const { target, deviceCount } = job;
  if ('retryOf' in target) return <PageLink to={`/jobs/${target.retryOf}`}>{t.retryOf}</PageLink>;
  if ('deviceIds' in target) return <>{t.devices(deviceCount)}</>;
  if (target.groupId === 'all') return <>{t.all}</>;
  return <PageLink to={`/groups/${target.groupId}`}>{t.group}</PageLink>;
};
