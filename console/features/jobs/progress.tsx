/** How far a job is: one bar for all of it, and one for each state, in words and numbers too. */
import Box from '@cloudscape-design/components/box';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import type { RestartJob } from '../../../lib/api/restarts.ts';
import { TASK_STATES } from '../../../lib/api/restarts.ts';
import { useWords } from '../../messages/language.ts';
import { endedOf, percentOf } from './counts.ts';
import { TaskStateWord } from './state.tsx';
import { jobWords } from './words.ts';

export const JobProgress = ({ job }: { job: RestartJob }) => {
  const t = useWords(jobWords);
  const done = endedOf(job.counts);
  const all = Math.max(job.deviceCount, done);
  return <ProgressBar value={percentOf(done, all)} ariaLabel={t.progress} description={t.progressOf(done, all)} />;
};

/** A line for each state in which there is a task, and for those that joined another job's. */
export const StateBars = ({ job: { counts, deviceCount } }: { job: RestartJob }) => {
  const t = useWords(jobWords);
  const { joined = 0 } = counts;
  return (
    <ul className="ra-bars">
      {TASK_STATES.filter((state) => counts[state]).map((state) => (
        <li key={state}>
          <TaskStateWord state={state} />
          <Box variant="strong" textAlign="right">
            {counts[state]}
          </Box>
          {/* The number beside it says the same. */}
          <span className="ra-bar" data-state={state} aria-hidden="true">
            <span style={{ inlineSize: `${percentOf(counts[state] ?? 0, deviceCount)}%` }} />
          </span>
        </li>
      ))}
      {joined > 0 && (
        <li>
          <span>{t.joined(joined)}</span>
        </li>
      )}
    </ul>
  );
};
