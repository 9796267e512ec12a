/** What a million devices load and cost, simulated: the figures of docs/scale.md. */
import { idleCost } from '../simulate/cost.ts';
import { fixed } from '../simulate/report.ts';
import { simulate } from '../simulate/simulate.ts';
import { isMet } from '../simulate/targets.ts';
import { type Figure, info } from './figure.ts';

const DEVICES = 1_000_000;
const SEED = 1;
const COST_SIZES = [1_000, 100_000, 1_000_000];

const times = (value: number): string => `${value.toFixed(3)}×`;

export const fleetSimulation = (): Figure[] => {
  const { idle, checks, restarts } = simulate({ devices: DEVICES, seed: SEED });
  return [
    ...checks.map(
      (check): Figure => ({
        figure: `1,000,000 devices: ${check.what}`,
        measured: times(check.value),
        target: `≤ ${times(check.most)}`,
        verdict: isMet(check) ? 'ok' : 'MISSED',
      }),
    ),
    ...restarts.map(({ how, steadyRate, restart }) =>
      info(`restart of all, ${how}: fullest minute over steady`, times(restart.peak60s / steadyRate)),
    ),
    ...COST_SIZES.map((size) => {
      const { total } = idleCost(idle, size / DEVICES);
      return info(`idle cost of ${size.toLocaleString('en-US')} devices`, `${fixed(total, 2)} USD a month`);
    }),
  ];
};
