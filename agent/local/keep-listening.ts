/**
 * Listens for as long as the agent runs: tried again where the system does not let it (another program has the name, the directory
 * is not there yet), and where it was lost since (the socket's file was swept away).
 */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { backOffMs } from '../pace.ts';
import { reasonOf } from '../refusal.ts';
import type { Listening } from './listener.ts';

const BACK_OFF = { floorSeconds: 5, capSeconds: 300 };
const LOOK_EVERY_MS = 60_000;

export type KeepListeningPorts = {
  listen: () => Promise<Listening>;
  clock: Pick<Clock, 'sleep'>;
  random: () => number;
  log: Log;
};

/** @param stop ends it @returns when it has ended; never rejects */
export const keepListening = async (
  { listen, clock, random, log }: KeepListeningPorts,
  stop: AbortSignal,
): Promise<void> => {
  let said: string | undefined;
  for (let failures = 0; !stop.aborted; ) {
    try {
      const listening = await listen();
      if (said !== undefined) log.info('other accounts of this PC can ask for help again');
      said = undefined;
      failures = 0;
      await untilLost(listening, clock, stop);
      listening.stop();
      if (!stop.aborted) log.warn('the local socket was lost, and is made again');
    } catch (error) {
      const problem = reasonOf(error);
      if (problem !== said) log.warn('other accounts of this PC cannot ask for help; it is tried again', { problem });
      said = problem;
      await clock.sleep(backOffMs(++failures, random(), BACK_OFF), stop);
    }
  }
};

const untilLost = async (listening: Listening, clock: Pick<Clock, 'sleep'>, stop: AbortSignal): Promise<void> => {
  const ended = new AbortController();
  const either = AbortSignal.any([stop, ended.signal]);
  listening.lost.then(() => ended.abort());
  while (!either.aborted && (await listening.isThere())) await clock.sleep(LOOK_EVERY_MS, either);
};
