/** What every event source is: something that feeds a function, and can say when it has nothing left. */
import type { Queues } from '../engines/queues.ts';
import type { Deliveries } from '../events/deliveries.ts';
import type { Invoker } from '../functions/invoker.ts';
import type { Waker } from '../waker.ts';

export type EventSource = {
  /** For messages: the function and what it is fed from. */
  name: string;
  /** Resolves once nothing that happens from now on can be missed. */
  start(): Promise<void>;
  /** Whether there is nothing to read and nothing under way, looked at now. */
  isIdle(): Promise<boolean>;
  stop(): Promise<void>;
};

export type SourceParts = {
  invoker: Invoker;
  waker: Waker;
  queues: Queues;
  deliveries: Deliveries;
  /** The wait before the first retry of a batch, doubled for each further one. */
  firstRetryMs: number;
  log(line: string): void;
};
