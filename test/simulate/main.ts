/**
 * `npm run simulate`: a fleet of virtual agents in virtual time, paced by the product's own code. Prints what that loads and
 * costs, and fails when a target is missed.
 */
import { Fleet } from './fleet.ts';
import { measureIdle } from './idle.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { measureOutage } from './outage.ts';
import { costTable, restartTable, targetTable } from './report.ts';
import { measureRestart } from './restart.ts';
import { checks, isMet } from './targets.ts';

/** A rollout takes hours of virtual time, in which load grows in proportion to the fleet: a tenth of it will do. */
const ROLLOUT_SHARE = 0.1;
const ROLLOUT_MINUTES = 240;
const COST_SIZES = [1_000, 100_000, 1_000_000];

const simulate = ({ devices, seed }: Options): boolean => {
  const fleet = new Fleet({ devices, seed });
  const idle = measureIdle(fleet);
  const outage = measureOutage(fleet, idle.pollsPerSecond);

  const restart = measureRestart(new Fleet({ devices, seed: seed + 1 }));
  const atOnce = measureRestart(new Fleet({ devices, seed: seed + 1 }), { maxPerMinute: Number.POSITIVE_INFINITY });
  const fewer = Math.ceil(devices * ROLLOUT_SHARE);
  const maxPerMinute = Math.ceil(fewer / ROLLOUT_MINUTES);
  const expectedDevices = devices;
  const rollout = measureRestart(new Fleet({ devices: fewer, seed: seed + 2 }), { maxPerMinute, expectedDevices });
  const judged = checks(idle, outage, restart);

  console.log(`${devices.toLocaleString('en-US')} devices, 5 % of them active, seed ${seed}\n`);
  console.log(`${targetTable(judged)}\n`);
  const runs = [
    { how: 'as the order spreads it', steadyRate: idle.pollsPerSecond, restart },
    {
      how: `a fleet of ${fewer.toLocaleString('en-US')}, as the order spreads it`,
      steadyRate: idle.pollsPerSecond * (fewer / devices),
      restart: measureRestart(new Fleet({ devices: fewer, seed: seed + 2 })),
    },
    { how: 'if it were not spread', steadyRate: idle.pollsPerSecond, restart: atOnce },
    {
      how: `${fewer.toLocaleString('en-US')} of them, ${maxPerMinute} a minute`,
      steadyRate: idle.pollsPerSecond * (fewer / devices),
      restart: rollout,
    },
  ];
  console.log(`${restartTable(runs)}\n`);
  console.log(costTable(idle, devices, COST_SIZES));
  return judged.every(isMet);
};

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else if (!simulate(options)) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
