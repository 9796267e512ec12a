/** One restart job: how far it is, its tasks, and how to stop it or to try the failed ones again. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from 'wouter';
import {
  getRestartJob,
  listJobTasks,
  type RestartJob,
  type RestartTask,
  TASK_STATES,
} from '../../../lib/api/restarts.ts';
import { usePaged } from '../../data/paged.ts';
import { useRead } from '../../data/read.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import { useFilters } from '../../ui/address.ts';
import { Choice } from '../../ui/choice.tsx';
import type { CsvColumn } from '../../ui/csv.ts';
import { CsvButton } from '../../ui/csv-button.tsx';
import { Detail, Gone } from '../../ui/detail.tsx';
import { ListTable } from '../../ui/list-table.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { isOver, JobActions } from './actions.tsx';
import { JobProgress, StateBars } from './progress.tsx';
import { JobStateWord } from './state.tsx';
import { JobTarget } from './target.tsx';
import { useTaskColumns } from './task-columns.tsx';
import { jobWords } from './words.ts';

const REFRESH_MS = 4_000;
const CALM_MS = 30_000;

/** After its end, a device that comes back late may still change a count. */
const refreshMs = (job: RestartJob | undefined): number => (job && isOver(job) ? CALM_MS : REFRESH_MS);

const Summary = ({ job }: { job: RestartJob }) => {
  const t = useWords(jobWords);
  const { createdAt, createdBy, notBefore, message, state } = job;
  return (
    <Container>
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
        <StateBars job={job} />
      </SpaceBetween>
    </Container>
  );
};

const useCsvColumns = (): readonly CsvColumn<RestartTask>[] => {
  const t = useWords(jobWords);
  return [
    { header: t.device, cell: ({ deviceName }) => deviceName },
    { header: 'deviceId', cell: ({ deviceId }) => deviceId },
    { header: t.state, cell: ({ state }) => state },
    { header: t.ordered, cell: ({ createdAt }) => createdAt },
    { header: t.acknowledged, cell: ({ acknowledgedAt }) => acknowledgedAt },
    { header: t.ended, cell: ({ endedAt }) => endedAt },
    { header: t.orderedBy, cell: ({ orderedBy }) => orderedBy },
    { header: t.error, cell: ({ error }) => error && `${error.code}: ${error.message}` },
  ];
};

const Tasks = ({ job }: { job: RestartJob }) => {
  const t = useWords(jobWords);
  const c = useWords(common);
  const { task: states } = useWords(stateWords);
  const [{ state }, change] = useFilters(['state']);
  const params = { id: job.id };
  const list = usePaged(listJobTasks, { state, limit: '50' }, { params, everyMs: refreshMs(job) });
  const columns = useTaskColumns();
  const csvColumns = useCsvColumns();
  return (
    <ListTable
      label={t.tasks}
      list={list}
      columns={columns}
      idOf={({ id }) => id}
      header={
        <Header
          variant="h2"
          actions={
            <CsvButton
              name={`restart-tasks-${job.id}`}
              source={{ operation: listJobTasks, params, query: { state } }}
              columns={csvColumns}
            />
          }
        >
          {t.tasks}
        </Header>
      }
      filter={
        <div className="ra-filters">
          <Choice
            label={t.state}
            all={`${t.state}: ${c.any}`}
            value={state}
            options={TASK_STATES.map((value) => ({ value, label: states[value] }))}
            onChange={(chosen) => change({ state: chosen })}
          />
        </div>
      }
      empty={
        <>
          <Box variant="strong">{state === undefined ? t.noTasksYet : t.noTasks}</Box>
          {state !== undefined && <Button onClick={() => change({ state: undefined })}>{c.clearFilters}</Button>}
        </>
      }
    />
  );
};

export const JobPage = () => {
  const t = useWords(jobWords);
  const { id = '' } = useParams();
  const read = useRead(getRestartJob, { params: { id } }, { everyMs: refreshMs });
  return (
    <Detail
      read={read}
      gone={
        <Gone title={t.goneTitle} to="/jobs" toLabel={t.toJobs}>
          {t.gone}
        </Gone>
      }
      header={(job) => <PageHeader title={t.one} actions={<JobActions job={job} />} />}
    >
      {(job) => (
        <>
          <Summary job={job} />
          <Tasks job={job} />
        </>
      )}
    </Detail>
  );
};
