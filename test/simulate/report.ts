/** The figures as Markdown. */
import { idleCost } from './cost.ts';
import type { Idle } from './idle.ts';
import type { RestartRun } from './simulate.ts';
import { type Check, isMet } from './targets.ts';

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const times = (value: number): string => `${value.toFixed(value < 1 ? 3 : 2)}×`;
/** With thousands' separators, and exactly so many digits after the point. */
export const fixed = (value: number, digits: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const dollars = (value: number): string => fixed(value, value < 100 ? 2 : 0);

const duration = (seconds: number): string => {
  if (seconds < 600) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
};

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const verdict = (check: Check): string => {
  if (!Number.isFinite(check.most)) return 'not judged';
  return isMet(check) ? 'met' : '**missed**';
};

export const targetTable = (checks: readonly Check[]): string =>
  table(
    ['target', 'measured', 'at most', ''],
    checks.map((check) => [
      check.what,
      times(check.value),
      Number.isFinite(check.most) ? times(check.most) : 'too few devices to say',
      verdict(check),
    ]),
  );

export const restartTable = (runs: readonly RestartRun[]): string =>
  table(
    [
      'restart of all',
      '50 % have it',
      '99 %',
      'the last',
      'all are back',
      'steady /s',
      'fullest minute /s',
      'second /s',
      'over steady',
    ],
    runs.map(({ how, steadyRate, restart }) => [
      how,
      ...[restart.half, restart.most, restart.last, restart.allBack].map(duration),
      ...[steadyRate, restart.peak60s, restart.peak1s].map(count),
      times(restart.peak60s / steadyRate),
    ]),
  );

/** @param measured in a fleet of `devices`; other sizes are in proportion */
export const costTable = (measured: Idle, devices: number, sizes: readonly number[]): string =>
  table(
    [
      'idle fleet',
      'polls /s',
      'API Gateway',
      'Lambda',
      'DynamoDB',
      'access log',
      'data out',
      'standing',
      'USD a month',
      'a device',
    ],
    sizes.map((size) => {
      const share = size / devices;
      const cost = idleCost(measured, share);
      return [
        `${count(size)} devices`,
        fixed(measured.pollsPerSecond * share, 1),
        ...[cost.api, cost.lambda, cost.dynamodb, cost.accessLog, cost.dataOut, cost.standing, cost.total].map(dollars),
        (cost.total / size).toFixed(4),
      ];
    }),
  );
