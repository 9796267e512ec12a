/**
 * `task.json`: the restart task in hand and how far the agent is with it. Only `run` writes it, each time before it acts:
 *
 *   received → acknowledged → restarting → reporting → (forgotten)
 *                         ↘ postponing → (forgotten)
 *
 * Times are the device's own clock, in milliseconds; what the server said about time was turned into that when it said it.
 */
import { join } from 'node:path';
import { ENROLL_ANEW, type JsonFile, jsonFile } from './json-file.ts';
import { boolean, number, object, oneOf, optional, string, variant } from './shape.ts';

const order = {
  id: string,
  /** The device the task is for; after enrolling anew, old work is dropped. */
  deviceId: string,
  /** Taken under `--dry-run`; its boot ids are pretended and prove nothing outside of it. */
  dryRun: boolean,
  graceSeconds: number,
  force: boolean,
  message: optional(string),
  /** What the order leaves to the person. Absent in a file of an earlier version, which is as if they may do nothing. */
  postponements: optional(number),
  maxPostponements: optional(number),
  mayReject: optional(boolean),
  /** The request by which it was ordered: what the server's logs know it by. Absent where the server named none. */
  correlationId: optional(string),
};

/** The last warning that was shown, so that another process neither repeats nor forgets it; see `restart/warnings.ts`. */
const warned = optional(object({ atMs: number, leftMs: number }));

const TaskError = object({ code: string, message: string });

const parseTask = variant('stage', {
  /** On disk, not known to be acknowledged. `giveUpAt`: the task's `acknowledgeBy`. */
  received: { ...order, receipt: string, warned, receivedAt: number, giveUpAt: number },
  /** The server said yes to this boot. May be restarted from `restartAt` on and before `deadline`, its `returnBy`. */
  acknowledged: {
    ...order,
    receipt: string,
    warned,
    bootId: string,
    acknowledgedAt: number,
    restartAt: number,
    deadline: number,
  },
  /** The person wants it put off, and the server may or may not know that; there is no restart any more without asking it again. */
  postponing: {
    ...order,
    receipt: string,
    warned,
    bootId: string,
    acknowledgedAt: number,
    restartAt: number,
    deadline: number,
    minutes: number,
    /** The command that waits for the answer. */
    from: optional(string),
  },
  /** The restart was asked for, or was about to be, and is never asked for again. */
  restarting: { ...order, bootId: string, askedAt: number, deadline: number },
  /** How it ended is decided; the server does not yet know. */
  reporting: {
    ...order,
    /** The boot that was to be ended, once the server had allowed it. */
    bootId: optional(string),
    outcome: oneOf('succeeded', 'failed', 'canceled', 'rejected'),
    error: optional(TaskError),
    decidedAt: number,
  },
});

const parse = object({
  task: optional(parseTask),
  /** The last state of an assistance request that the person was told of. */
  shown: optional(object({ requestId: string, state: string })),
});

export type RunState = ReturnType<typeof parse>;
export type TaskRecord = NonNullable<RunState['task']>;
export type Staged<S extends TaskRecord['stage']> = Extract<TaskRecord, { stage: S }>;
export type TaskFile = Pick<JsonFile<RunState>, 'read' | 'write'>;

export const taskFile = (stateDir: string): JsonFile<RunState> =>
  jsonFile(join(stateDir, 'task.json'), parse, ENROLL_ANEW);
