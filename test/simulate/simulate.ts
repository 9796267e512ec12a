/** All scenarios of one fleet, and what must hold of them. */
import { Fleet } from './fleet.ts';
import { type Idle, measureIdle } from './idle.ts';
import type { Options } from './options.ts';
import { measureOutage } from './outage.ts';
import { measureRestart, type Restart } from './restart.ts';
import { type Check, checks } from './targets.ts';

/** A rollout takes hours of virtual time, in which load grows in proportion to the fleet: a tenth of it will do. */
const ROLLOUT_SHARE = 0.1;
const ROLLOUT_MINUTES = 240;

export type RestartRun = {
  readonly how: string;
  /** Requests a second of the same fleet when idle. */
  readonly steadyRate: number;
  readonly restart: Restart;
};

export type Simulation = {
  readonly idle: Idle;
  readonly checks: readonly Check[];
  readonly restarts: readonly RestartRun[];
};

/** Takes some half a minute for a million devices, in which nothing else runs in this process. */
export const simulate = ({ devices, seed }: Pick<Options, 'devices' | 'seed'>): Simulation => {
  const fleet = new Fleet({ devices, seed });
  const idle = measureIdle(fleet);
  const outage = measureOutage(fleet, idle.pollsPerSecond);

  const restart = measureRestart(new Fleet({ devices, seed: seed + 1 }));
  const atOnce = measureRestart(new Fleet({ devices, seed: seed + 1 }), { maxPerMinute: Number.POSITIVE_INFINITY });
  const fewer = Math.ceil(devices * ROLLOUT_SHARE);
  const maxPerMinute = Math.ceil(fewer / ROLLOUT_MINUTES);
  const expectedDevices = devices;
  const rollout = measureRestart(new Fleet({ devices: fewer, seed: seed + 2 }), { maxPerMinute, expectedDevices });
  const restarts = [
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
  return { idle, checks: checks(idle, outage, restart), restarts };
};
