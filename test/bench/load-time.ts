/**
 * How long each function's bundle takes to load, as a ratio to the baseline. Each is loaded by a fresh process right
 * after the baseline was, over and over, and the median of these pairs' ratios counts: what else the machine does hits
 * both of a pair. The baseline against itself says how much of a ratio is noise.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { bundleFolder, functionFolders } from '../../infra/bundle.ts';
import { atMost, type Figure, info, median, ratio } from './figure.ts';
import { limitOf } from './limits.ts';

const ROUNDS = 15;
/** The figure with the least room gets more, and so does the control. */
const CAREFUL_ROUNDS = 41;

const LOAD = `
  const [, file, before] = process.argv;
  if (before) require(before);
  const start = process.hrtime.bigint();
  require(file);
  process.stdout.write(String(process.hrtime.bigint() - start));
`;

type Subject = {
  readonly file: string;
  /** What is loaded already, and does not count. */
  readonly before?: string;
  readonly environment: Readonly<Record<string, string>>;
};

/** In milliseconds. */
const load = ({ file, before = '', environment }: Subject): number => {
  const options = ['--input-type=commonjs', '-e', LOAD, file, before];
  return Number(execFileSync(process.execPath, options, { env: environment })) / 1e6;
};

const compare = (subject: Subject, baseline: Subject, rounds: number) => {
  const pairs = Array.from({ length: rounds + 1 }, (_, round) => {
    const [first, second] = round % 2 === 0 ? [baseline, subject] : [subject, baseline];
    const times = [load(first), load(second)] as const;
    return round % 2 === 0 ? times : ([times[1], times[0]] as const);
  }).slice(1);
  return {
    ratio: median(pairs.map(([base, own]) => own / base)),
    baselineMs: median(pairs.map(([base]) => base)),
    ms: median(pairs.map(([, own]) => own)),
  };
};

/** What the first poll with a waiting task pays once: the part of the function that the others do without. */
const partTime = (environment: Subject['environment'], baseline: Subject): Figure => {
  const folder = bundleFolder('agent-poll');
  const part = { file: join(folder, 'parts/inbox.js'), before: join(folder, 'index.js'), environment };
  const found = compare(part, baseline, ROUNDS);
  return info(`load time of agent-poll's inbox, once (${ms(found.ms)} to ${ms(found.baselineMs)})`, ratio(found.ratio));
};

const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** @param environments of the functions, by name: a bundle reads its own while it loads */
export const loadTimes = (
  baselineFile: string,
  environments: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Figure[] => {
  const subjectOf = (file: string, name: string): Subject => ({ file, environment: environments.get(name) ?? {} });
  const baseline = subjectOf(baselineFile, 'agent-poll');
  const control = compare(baseline, baseline, CAREFUL_ROUNDS);
  const noise = Math.abs(control.ratio - 1);
  return [
    info(`load time of the baseline against itself (${ms(control.ms)})`, ratio(control.ratio)),
    ...functionFolders().map(({ name }): Figure => {
      const limit = limitOf(name);
      const subject = subjectOf(join(bundleFolder(name), 'index.js'), name);
      const found = compare(subject, baseline, limit < 1 ? CAREFUL_ROUNDS : ROUNDS);
      const what = `load time of ${name} (${ms(found.ms)} to ${ms(found.baselineMs)})`;
      const figure = atMost(what, found.ratio, limit, ratio);
      // What is nearer to its limit than the baseline is to itself cannot be told from it.
      return Math.abs(found.ratio - limit) <= noise ? { ...figure, verdict: 'noisy' } : figure;
    }),
    partTime(environments.get('agent-poll') ?? {}, baseline),
  ];
};
