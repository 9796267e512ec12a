/**
 * What is still to be delivered: to a function (asynchronously, as Lambda's own queue does it), a queue, a topic or a
 * bus. Each delivery lies in the journal from the moment it is accepted until it is done or given up, so a `kill -9`
 * loses none; it may be made twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Journal } from '../journal.ts';
import type { Waker } from '../waker.ts';

export type Delivery = {
  targetArn: string;
  /** JSON text for functions; for queues and topics whatever the body is to be. */
  payload: string;
  /** How often it may be tried again, and for how long. */
  maxRetries: number;
  maxAgeSeconds: number;
  /** What was delivered under which rule, for the dead letter. */
  ruleArn?: string;
  /** Where it goes when it is given up, unless the target itself says so. */
  deadLetterArn?: string;
  /** Attributes of the SQS message. */
  attributes?: Record<string, { DataType: string; StringValue: string }>;
};

export type StoredDelivery = Delivery & { id: number; attempts: number; createdAt: number };

/** A target's refusal, which says whether and when to try again. */
export class DeliveryFailure extends Error {
  readonly isFinal: boolean;
  readonly retryAfterMs: number;
  /** The stack has done its part, and waits for somebody outside of it. */
  readonly isOutside: boolean;
  constructor(name: string, message: string, { isFinal = false, retryAfterMs = 0, isOutside = false } = {}) {
    super(message);
    this.name = name;
    this.isFinal = isFinal;
    this.retryAfterMs = retryAfterMs;
    this.isOutside = isOutside;
  }
}

/** Tries one delivery once. Throws where it failed; whatever it threw is given to `giveUp` in the end. */
export type Attempt = (delivery: StoredDelivery) => Promise<void>;
/** Returns what takes the place of a delivery that failed for good: nothing, or the dead letter. */
export type GiveUp = (delivery: StoredDelivery, error: unknown) => Delivery | undefined;

const MAXIMUM_AT_ONCE = 16;
const MAXIMUM_BACK_OFF_MS = 30_000;
const UNWRITTEN_PAUSE_MS = 500;
/** Of a receiver outside the stack: after these, what it does not take is no longer under way but waits for it. */
const QUICK_TRIES = 3;
const QUICK_RETRY_MS = 1_000;

export class Deliveries {
  readonly #journal: Journal;
  readonly #waker: Waker;
  readonly #running = new Map<number, Promise<void>>();
  /** For receivers outside the stack. */
  readonly #waiting = new Set<number>();
  readonly #stop = new AbortController();
  readonly #firstRetryMs: number;
  #loop: Promise<void> | undefined;

  /** `firstRetryMs`: the wait before the first retry, doubled for each further one. */
  constructor(journal: Journal, waker: Waker, firstRetryMs: number) {
    this.#journal = journal;
    this.#waker = waker;
    this.#firstRetryMs = firstRetryMs;
    journal.database.exec(
      'CREATE TABLE IF NOT EXISTS deliveries (id INTEGER PRIMARY KEY AUTOINCREMENT, delivery TEXT NOT NULL, ' +
        'attempts INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL, created_at INTEGER NOT NULL)',
    );
  }

  /** Accepts `deliveries`; within a journal transaction where the caller has one open. */
  add(deliveries: readonly Delivery[]): void {
    const insert = this.#journal.database.prepare(
      'INSERT INTO deliveries (delivery, due_at, created_at) VALUES (?, ?, ?)',
    );
    for (const delivery of deliveries) insert.run(JSON.stringify(delivery), Date.now(), Date.now());
    this.#waker.wake('deliveries');
  }

  /** How many are under way, those included that will be tried again in a moment. */
  pending(): number {
    const left = this.#journal.database.prepare('SELECT count(*) AS n FROM deliveries').get();
    return Number(left?.['n'] ?? 0) - this.#waiting.size;
  }

  /** How many wait for a receiver outside the stack, which may be down for hours. */
  waiting(): number {
    return this.#waiting.size;
  }

  start(attempt: Attempt, giveUp: GiveUp): void {
    this.#loop = this.#run(attempt, giveUp);
  }

  async #run(attempt: Attempt, giveUp: GiveUp): Promise<void> {
    const { database } = this.#journal;
    const due = database.prepare('SELECT * FROM deliveries WHERE due_at <= ? ORDER BY id LIMIT 64');
    const next = database.prepare('SELECT min(due_at) AS at FROM deliveries WHERE due_at > ?');
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const seen = this.#waker.count('deliveries');
      const now = Date.now();
      for (const row of due.all(now)) {
        const id = Number(row['id']);
        if (this.#running.has(id) || this.#running.size >= MAXIMUM_AT_ONCE) continue;
        const delivery = JSON.parse(String(row['delivery'])) as Delivery;
        const stored = { ...delivery, id, attempts: Number(row['attempts']), createdAt: Number(row['created_at']) };
        const running = this.#deliver(stored, attempt, giveUp)
          // How it went could not be written down, since the disk is full. What is there says that it is due.
          .catch(() => sleep(UNWRITTEN_PAUSE_MS, undefined, { signal }).catch(() => {}))
          .finally(() => {
            this.#running.delete(id);
            this.#waker.wake('deliveries');
          });
        this.#running.set(id, running);
      }
      const at = next.get(now)?.['at'];
      await this.#waker.wait(
        'deliveries',
        at === null || at === undefined ? 60_000 : Math.max(1, Number(at) - Date.now()),
        seen,
        signal,
      );
    }
  }

  async #deliver(delivery: StoredDelivery, attempt: Attempt, giveUp: GiveUp): Promise<void> {
    const { database, transaction } = this.#journal;
    const remove = () => {
      database.prepare('DELETE FROM deliveries WHERE id = ?').run(delivery.id);
      this.#waiting.delete(delivery.id);
    };
    try {
      await attempt(delivery);
      if (!this.#stop.signal.aborted) remove();
    } catch (error) {
      // A function that the runner itself is stopping has not failed: it is tried again in the next run.
      if (this.#stop.signal.aborted) return;
      const attempts = delivery.attempts + 1;
      const failure = error instanceof DeliveryFailure ? error : new DeliveryFailure('Failed', '');
      if (
        failure.isFinal ||
        attempts > delivery.maxRetries ||
        Date.now() - delivery.createdAt > delivery.maxAgeSeconds * 1000
      ) {
        transaction(() => {
          const instead = giveUp({ ...delivery, attempts }, error);
          if (instead) this.add([instead]);
          remove();
        });
        return;
      }
      const backOff = Math.min(MAXIMUM_BACK_OFF_MS, this.#firstRetryMs * 2 ** (attempts - 1));
      const wait = Math.max(backOff, failure.retryAfterMs);
      if (failure.isOutside && (attempts >= QUICK_TRIES || wait > QUICK_RETRY_MS)) this.#waiting.add(delivery.id);
      database
        .prepare('UPDATE deliveries SET attempts = ?, due_at = ? WHERE id = ?')
        .run(attempts, Date.now() + wait, delivery.id);
    }
  }

  /** Starts nothing more, and waits for what is under way. Functions must be stopped first, or it waits for them. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await Promise.allSettled(this.#running.values());
  }
}

/** What went wrong, for a dead letter. */
export const describeFailure = (error: unknown): { code: string; message: string } => ({
  code: error instanceof Error ? error.name : 'Unknown',
  message: messageOf(error).slice(0, 1_000),
});
