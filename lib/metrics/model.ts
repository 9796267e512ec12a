/**
 * The metrics that the functions count, and what each is told apart by. Few values for each dimension: CloudWatch bills
 * every combination, so no id of anything is ever one.
 */

export const NAMESPACE = 'remote-assist';

/** How CloudWatch names them. */
type Unit = 'Count' | 'Seconds';

export type MetricDefinition = {
  readonly unit: Unit;
  /** Beside the stage, which all have. */
  readonly dimension?: string;
};

export const METRICS = {
  /** Restart tasks that ended, by the state they ended in. */
  TasksEnded: { unit: 'Count', dimension: 'outcome' },
  /** From when a task was there for its device until the device acknowledged it. */
  TimeToAcknowledge: { unit: 'Seconds' },
  /** Of those that wait for their devices, the one that has waited longest; 0 where none waits. */
  OldestQueuedTaskAge: { unit: 'Seconds' },
  /** Requests for help that nobody has answered yet. */
  RequestsWaiting: { unit: 'Count' },
  /** From the call for help until an admin approved or declined it. */
  TimeToAnswer: { unit: 'Seconds' },
  /** Requests for help that were gone after four hours. */
  RequestsExpired: { unit: 'Count' },
  /** Alerts that a channel took. */
  AlertsTold: { unit: 'Count', dimension: 'channel' },
  /** What the sweep found due and changed. */
  ItemsSwept: { unit: 'Count' },
} as const satisfies Record<string, MetricDefinition>;
export type MetricName = keyof typeof METRICS;

export type Measurement = {
  readonly metric: MetricName;
  readonly value: number;
  /** The value of the metric's dimension, where it has one. */
  readonly of?: string;
};
