/** One run of the load: the fleet is enrolled, driven, and looked at when nothing is under way any more. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createClient } from '../../lib/api/client.ts';
import { poll } from '../../lib/api/restarts.ts';
import { seededRandom } from '../simulate/random.ts';
import { adminToken, allCalls, type CallCount, clearCalls, settle } from '../support/control.ts';
import { enrollDevices, pollBody } from '../support/enroll.ts';
import { type Alone, callAlone } from './calls.ts';
import { drive } from './drive.ts';
import { type Ends, readEnds } from './ends.ts';
import { Fleet } from './fleet.ts';
import { ENDINGS } from './help.ts';
import { followMemory, type HeapSample } from './memory.ts';
import { Pacer, realTime } from './pacer.ts';
import { planArrivals, type Shape } from './plan.ts';
import { Recorder } from './recorder.ts';
import { warmUp } from './warm-up.ts';

export type LoadOptions = Shape & {
  readonly devices: number;
  readonly seed: number;
  /** How many of the devices call everything before the clock starts; 0 in a run that need not be steady. */
  readonly warmUpDevices: number;
};

export type LoadRun = {
  readonly options: LoadOptions;
  readonly recorder: Recorder;
  /** Of the functions, while the load ran and until what followed from it was done. */
  readonly calls: readonly CallCount[];
  readonly alone: Alone['calls'];
  readonly heaps: readonly HeapSample[];
  readonly ends: Ends;
  /** The generator's event loop: how late it was, in milliseconds. */
  readonly loopDelay: { readonly p99: number; readonly max: number };
};

const LOOP_RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;
/** Enough points for a line through each worker's heap, and seldom enough for the collections not to count. */
const MEASUREMENTS = 40;
const LEAST_BETWEEN_MS = 5_000;
const SETTLE_SECONDS = 300;

/** @param note is told what begins */
export const runLoad = async (
  stackUrl: string,
  bareUrl: string,
  options: LoadOptions,
  note: (line: string) => void = () => {},
): Promise<LoadRun> => {
  const { seconds, devices, seed, warmUpDevices } = options;
  const random = seededRandom(seed + 1);
  const admin = createClient({ baseUrl: stackUrl, token: await adminToken(stackUrl) });
  note(`Enrolling ${devices} devices …`);
  const fleet = new Fleet(await enrollDevices(stackUrl, admin, devices), random);
  // The first poll of a boot notes it, and the others do not.
  for (const { call, bootId } of fleet.agents) await call(poll, pollBody(bootId));
  note('Warming up …');
  const warm = await warmUp(stackUrl, admin, fleet.agents.slice(0, warmUpDevices));
  note('Counting the calls of each operation …');
  const alone = await callAlone(stackUrl, admin, fleet.agents.slice(0, 1 + ENDINGS.length));
  await settle(stackUrl);
  await clearCalls(stackUrl);

  note(`Driving the stack for ${seconds} s …`);
  const recorder = new Recorder();
  const time = realTime();
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loop.enable();
  const memory = followMemory(stackUrl, Math.max(LEAST_BETWEEN_MS, (seconds * 1000) / MEASUREMENTS), time.now);
  const bare = createClient({ baseUrl: bareUrl });
  const made = await drive(new Pacer(time, recorder), planArrivals(options, seed), { fleet, admin, bare, random });
  loop.disable();
  const heaps = await memory.stop();
  await settle(stackUrl, SETTLE_SECONDS);
  const calls = await allCalls(stackUrl);

  note('Looking at how everything ended …');
  const ends = await readEnds(admin, fleet.agents, {
    requests: [warm, alone.made, made].flatMap(({ requests }) => requests),
    jobs: [warm, alone.made, made].flatMap(({ jobs }) => jobs),
  });
  // The histogram is of the time between two looks, which are this far apart when nothing is late.
  const late = (ns: number): number => Math.max(0, ns / NS_PER_MS - LOOP_RESOLUTION_MS);
  const loopDelay = { p99: late(loop.percentile(99)), max: late(loop.max) };
  return { options, recorder, calls, alone: alone.calls, heaps, ends, loopDelay };
};
