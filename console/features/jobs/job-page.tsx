/** One restart job: how far it is, its tasks, and how to stop it or to try the failed ones again. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Select from '@cloudscape-design/components/select';
import Skeleton from '@cloudscape-design/components/skeleton';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from 'wouter';
import { getRestartJob, listJobTasks, type RestartJob, TASK_STATES } from '../../../lib/api/restarts.ts';
import { useList, useRead } from '../../app/queries.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import { useAddress } from '../../ui/address.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { Problem } from '../../ui/problem.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { JobActions } from './actions.tsx';
import { JobProgress, JobStateWord, TaskStateWord } from './state.tsx';
import { JobTarget } from './target.tsx';
import { useTaskColumns } from './task-columns.tsx';
import { jobWords } from './words.ts';

const REFRESH_MS = 4_000;
const CALM_MS = 30_000;

const Summary = ({ job }: { job: RestartJob }) => {
  const t = useWords(jobWords);
  const { createdAt, createdBy, notBefore, message, state, counts } = job;
  return (
    <SpaceBetween size="m">
      <KeyValuePairs
        columns={4}
        items={[
          { label: t.state, value: <JobStateWord state={state} /> },
          { label: t.target, value: <JobTarget job={job} /> },
          { label: t.ordered, value: <When at={createdAt} /> },
          { label: t.by, value: <Text>{createdBy}</Text> },
          ...(notBefore === undefined ? [] : [{ label: t.starts, value: <When at={notBefore} /> }]),
          ...(message === undefined ? [] : [{ label: t.message, value: <Text multiline>{message}</Text> }]),
        ]}
      />
      <JobProgress job={job} />
      <SpaceBetween direction="horizontal" size="l">
        {TASK_STATES.filter((each) => counts[each]).map((each) => (
          <Box key={each}>
            <TaskStateWord state={each} /> <Box variant="strong">{counts[each]}</Box>
          </Box>
        ))}
      </SpaceBetween>
      {counts.joined !== undefined && counts.joined > 0 && <Box>{t.joined(counts.joined)}</Box>}
    </SpaceBetween>
  );
};

const Tasks = ({ job, everyMs }: { job: RestartJob; everyMs: number }) => {
  const t = useWords(jobWords);
  const c = useWords(common);
  const { task: states } = useWords(stateWords);
  const [{ state }, change] = useAddress(['state']);
  const list = useList(listJobTasks, { state, limit: '50' }, { params: { id: job.id }, everyMs });
  const columns = useTaskColumns();
  const options = [
    { value: '', label: `${t.state}: ${c.any}` },
    ...TASK_STATES.map((value) => ({ value: value as string, label: states[value] })),
  ];
  return (
    <ListTable
      label={t.tasks}
      list={list}
      columns={columns}
      idOf={({ id }) => id}
      header={<Header variant="h2">{t.tasks}</Header>}
      filter={
        <Select
          ariaLabel={t.state}
          options={options}
          selectedOption={options.find(({ value }) => value === (state ?? '')) ?? null}
          onChange={({ detail }) => change({ state: detail.selectedOption.value })}
        />
      }
      empty={state === undefined ? t.noTasksYet : t.noTasks}
    />
  );
};

export const JobPage = () => {
  const t = useWords(jobWords);
  const { id = '' } = useParams();
  const read = useRead(getRestartJob, { params: { id } }, { everyMs: REFRESH_MS });
  const job = read.data;
  if (!job) {
    return read.error ? <Problem error={read.error} onRetry={() => void read.refetch()} /> : <Skeleton height="10em" />;
  }
  const isOver = job.endedAt !== undefined;
  return (
    <ContentLayout
      header={
        <Header variant="h1" actions={<JobActions job={job} />}>
          {t.one}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {read.error && <Problem error={read.error} onRetry={() => void read.refetch()} />}
        <Container>
          <Summary job={job} />
        </Container>
        <Tasks job={job} everyMs={isOver ? CALM_MS : REFRESH_MS} />
      </SpaceBetween>
    </ContentLayout>
  );
};
