/** The restart jobs, newest first. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useLocation } from 'wouter';
import { listRestartJobs, type RestartJob } from '../../../lib/api/restarts.ts';
import { usePaged } from '../../data/paged.ts';
import { useWords } from '../../messages/language.ts';
import { type Column, ListTable } from '../../ui/list-table.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { JobProgress } from './progress.tsx';
import { JobStateWord } from './state.tsx';
import { JobTarget } from './target.tsx';
import { jobWords } from './words.ts';

const REFRESH_MS = 15_000;

const useColumns = (): readonly Column<RestartJob>[] => {
  const t = useWords(jobWords);
  return [
    {
      id: 'ordered',
      header: t.ordered,
      minWidth: 150,
      isRowHeader: true,
      cell: ({ id, createdAt }) => (
        <PageLink to={`/jobs/${id}`}>
          <When at={createdAt} />
        </PageLink>
      ),
    },
    { id: 'by', header: t.by, minWidth: 120, cell: ({ createdBy }) => <Text>{createdBy}</Text> },
    { id: 'target', header: t.target, minWidth: 140, cell: (job) => <JobTarget job={job} /> },
    { id: 'state', header: t.state, minWidth: 150, cell: ({ state }) => <JobStateWord state={state} /> },
    { id: 'progress', header: t.progress, minWidth: 220, cell: (job) => <JobProgress job={job} /> },
  ];
};

export const JobsPage = () => {
  const t = useWords(jobWords);
  const [, navigate] = useLocation();
  const list = usePaged(listRestartJobs, { limit: '25' }, { everyMs: REFRESH_MS });
  const columns = useColumns();
  return (
    <ListTable
      label={t.title}
      list={list}
      columns={columns}
      idOf={({ id }) => id}
      header={<PageHeader title={t.title} />}
      empty={
        <>
          <Box variant="strong">{t.empty}</Box>
          <Button onClick={() => navigate('/devices')}>{t.toDevices}</Button>
        </>
      }
    />
  );
};
