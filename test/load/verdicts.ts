/** What must hold of a run, and whether it does. The rules are told in docs/performance.md. */
import { atMost, type Figure, info, ratio, type Verdict } from '../bench/figure.ts';
import { type Growth, growthOf } from './memory.ts';
import { percentile, summarize } from './recorder.ts';
import type { LoadRun } from './run.ts';

/** In milliseconds. */
const MOST_LAG_P99 = 20;
/** The bare server against itself, either way. */
const SAME_P50 = 1.1;
const SAME_P99 = 1.5;
/** In KB a minute. A leak of 100 bytes a request shows at ten requests a second. */
export const MOST_GROWTH = 64;
/** In a shorter run nearly all growth is warming up. */
const JUDGED_FROM_SECONDS = 300;
/** After so many invocations a worker's heap stays as it is, give or take some KB. */
const WARM_UP_INVOCATIONS = 200;

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

const all = (figure: string, { made, ended }: { made: number; ended: number }): Figure => ({
  figure,
  measured: `${ended} of ${made}`,
  target: 'all',
  verdict: made > 0 && ended === made ? 'ok' : 'MISSED',
});

/** What is not so makes the run worth nothing, whatever else it shows. */
const orNoisy = (figure: Figure): Figure => (figure.verdict === 'MISSED' ? { ...figure, verdict: 'noisy' } : figure);

const lag = ({ recorder: { lags } }: LoadRun): Figure => {
  const sorted = [...lags].sort((a, b) => a - b);
  const what = `the generator's own lateness, p99 (max ${ms(percentile(sorted, 1))})`;
  return orNoisy(atMost(what, percentile(sorted, 0.99), MOST_LAG_P99, ms));
};

const latency = (run: LoadRun, name: string) => summarize(run.recorder.series.get(name)?.samples ?? []);

const control = (run: LoadRun, of: 'p50' | 'p99', most: number): Figure => {
  const times = latency(run, 'bare server, A')[of] / latency(run, 'bare server, B')[of];
  const isSame = Math.max(times, 1 / times) <= most;
  return {
    figure: `the bare server against itself, ${of}`,
    measured: ratio(times),
    target: `${ratio(1 / most)} to ${ratio(most)}`,
    verdict: isSame ? 'ok' : 'noisy',
  };
};

const againstBare = (run: LoadRun, of: 'p50' | 'p99'): Figure => {
  const [poll, bare] = [latency(run, 'poll')[of], latency(run, 'bare server, A')[of]];
  return info(`an empty poll against the bare server, ${of} (${ms(poll)} to ${ms(bare)})`, ratio(poll / bare));
};

/** What is above the limit, but by less than it may be off, cannot be told. */
const verdictOf = ({ growth }: Growth): Verdict => {
  if (!growth) return 'info';
  const { slope, margin } = growth;
  if (slope <= MOST_GROWTH) return 'ok';
  return slope - margin > MOST_GROWTH ? 'MISSED' : 'noisy';
};

const memoryFigures = ({ options, heaps }: Pick<LoadRun, 'options' | 'heaps'>): Figure[] => {
  const isJudged = options.seconds >= JUDGED_FROM_SECONDS;
  return growthOf(heaps, WARM_UP_INVOCATIONS).map((grown): Figure => {
    const { function: name, workers, heapMb, growth } = grown;
    const followed = `${workers} ${workers === 1 ? 'worker' : 'workers'}, ${heapMb.toFixed(1)} MB at most`;
    const measured = growth
      ? `${growth.slope.toFixed(1)} ± ${growth.margin.toFixed(1)} KB a minute (${growth.points} points)`
      : 'too few invocations to say';
    if (!isJudged) return info(`heap of ${name} (${followed})`, measured);
    return {
      figure: `heap of ${name} (${followed})`,
      measured,
      target: `≤ ${MOST_GROWTH} KB a minute`,
      verdict: verdictOf(grown),
    };
  });
};

/** All but the heaps, of which a short run tells nothing. */
export const runFigures = (run: LoadRun): Figure[] => [
  atMost('errors', run.recorder.errors(), 0, String),
  all('restarts ordered that ended, proved', run.ends.restarts),
  all('requests for help in one state, which is final', run.ends.requests),
  atMost('devices with something left under way', run.ends.devicesWithWork, 0, String),
  lag(run),
  info("the generator's event loop, delay p99 (max)", `${ms(run.loopDelay.p99)} (${ms(run.loopDelay.max)})`),
  control(run, 'p50', SAME_P50),
  control(run, 'p99', SAME_P99),
  againstBare(run, 'p50'),
  againstBare(run, 'p99'),
];

export const verdicts = (run: LoadRun): Figure[] => [...runFigures(run), ...memoryFigures(run)];
