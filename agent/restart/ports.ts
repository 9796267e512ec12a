/** What the restart flow gets from outside, and what it gives back. */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Platform } from '../platform/platform.ts';
import type { TaskServer } from '../server.ts';
import type { Staged } from '../state/task-file.ts';
import type { TaskLedger } from './ledger.ts';

export type Outcome = Pick<Staged<'reporting'>, 'outcome' | 'error'>;

export type RestartPorts = {
  deviceId: string;
  server: Pick<TaskServer, 'acknowledge' | 'report'>;
  platform: Pick<Platform, 'boot' | 'restart' | 'abortRestart' | 'notify'>;
  ledger: TaskLedger;
  clock: Clock;
  random: () => number;
  log: Log;
  /** The restarts are pretended. */
  dryRun: boolean;
  /** Restart without waiting for the grace; for `--dry-run` alone. */
  skipGrace: boolean;
};

/** What is to happen next: again at once, or after a while, or nothing until something new arrives. */
export type Step = {
  againInMs?: number;
  /** A call that was not answered, and that will be made again. */
  problem?: unknown;
};

export const AT_ONCE: Step = { againInMs: 0 };
