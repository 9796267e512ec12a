/** What the restart flow gets from outside, and what it gives back. */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Person } from '../person/person.ts';
import type { Platform } from '../platform/platform.ts';
import type { TaskServer } from '../server.ts';
import type { Staged, TaskRecord } from '../state/task-file.ts';
import type { TaskLedger } from './ledger.ts';

export type Outcome = Pick<Staged<'reporting'>, 'outcome' | 'error'>;

export type RestartPorts = {
  deviceId: string;
  server: Pick<TaskServer, 'acknowledge' | 'postpone' | 'report'>;
  platform: Pick<Platform, 'boot' | 'restart' | 'abortRestart'>;
  person: Person;
  ledger: TaskLedger;
  clock: Clock;
  random: () => number;
  log: Log;
  /** The restarts are pretended. */
  dryRun: boolean;
  maxRestartsPerDay: number;
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

/** Puts on record how a task ended; then it is to be reported. */
export const conclude = async ({ ledger, clock }: RestartPorts, task: TaskRecord, end: Outcome): Promise<Step> => {
  await ledger.ended(task, end, clock.now());
  return AT_ONCE;
};

/** What a task is called in the log, here and at the server. */
export const nameOf = ({ id, correlationId }: { id: string; correlationId?: string | undefined }) => ({
  taskId: id,
  correlationId,
});
