/** The event buses: each event is matched against the rules when it comes in, and kept for `/__local/events`. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { ACCOUNT, REGION, serviceOfArn } from '../identity.ts';
import type { Journal } from '../journal.ts';
import { functionByArn, type Model, type RuleModel, type TargetModel } from '../resources/model.ts';
import type { Deliveries, Delivery } from './deliveries.ts';
import { targetPayload } from './input.ts';
import { compilePattern, type Matcher } from './pattern.ts';

export type NewEvent = {
  busName: string;
  source: string;
  detailType: string;
  detail: Record<string, unknown>;
  resources: string[];
  /** Left out: now, by the functions' clock. */
  time?: Date;
};

/** An event as its targets get it. */
export type EventEnvelope = {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
};

const PAGE = 1_000;
/** EventBridge gives times to the second. */
const toSeconds = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');

export class EventBus {
  readonly #journal: Journal;
  readonly #deliveries: Deliveries;
  readonly #model: Pick<Model, 'buses' | 'functions'>;
  readonly #clock: Clock;
  readonly #rules: { rule: RuleModel; matches: Matcher }[];

  constructor(
    journal: Journal,
    deliveries: Deliveries,
    model: Pick<Model, 'buses' | 'functions' | 'rules'>,
    clock: Clock,
  ) {
    journal.database.exec(
      'CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, event TEXT NOT NULL)',
    );
    this.#journal = journal;
    this.#deliveries = deliveries;
    this.#model = model;
    this.#clock = clock;
    this.#rules = model.rules.flatMap((rule) =>
      rule.pattern && rule.enabled
        ? [{ rule, matches: compilePattern(rule.pattern, `the pattern of rule ${rule.name}`) }]
        : [],
    );
  }

  has(busName: string): boolean {
    return this.#model.buses.has(busName);
  }

  /** Takes `events` in; returns their ids. They and their deliveries are on disk when this returns. */
  put(events: readonly NewEvent[]): string[] {
    return this.#journal.transaction(() => events.map((event) => this.#putOne(event)));
  }

  #putOne(event: NewEvent): string {
    const envelope: EventEnvelope = {
      version: '0',
      id: randomUUID(),
      'detail-type': event.detailType,
      source: event.source,
      account: ACCOUNT,
      time: toSeconds(event.time ?? new Date(this.#clock.now())),
      region: REGION,
      resources: event.resources,
      detail: event.detail,
    };
    this.#journal.database
      .prepare('INSERT INTO events (id, event) VALUES (?, ?)')
      .run(envelope.id, JSON.stringify(envelope));
    for (const { rule, matches } of this.#rules) {
      if (rule.busName === event.busName && matches(envelope)) this.#deliveries.add(this.deliveriesOf(rule, envelope));
    }
    return envelope.id;
  }

  /** What `rule` sends for `event`: one delivery for each of its targets. */
  deliveriesOf(rule: RuleModel, event: EventEnvelope): Delivery[] {
    return rule.targets.map((target) => this.#delivery(rule, target, event));
  }

  #delivery(rule: RuleModel, target: TargetModel, event: EventEnvelope): Delivery {
    // EventBridge only has to hand an event to Lambda: from there on Lambda's own retries and destinations count.
    const fn = serviceOfArn(target.arn) === 'lambda' ? functionByArn(this.#model, target.arn) : undefined;
    const deadLetterArn = target.deadLetterArn;
    return {
      targetArn: target.arn,
      payload: targetPayload(target.input, event, rule.arn),
      maxRetries: fn ? fn.async.maxRetries : target.retry.maxAttempts,
      maxAgeSeconds: fn ? fn.async.maxAgeSeconds : target.retry.maxAgeSeconds,
      ruleArn: rule.arn,
      ...(deadLetterArn !== undefined && !fn && { deadLetterArn }),
    };
  }

  /** The event that a schedule sends when it is due. */
  scheduledEvent(rule: RuleModel): EventEnvelope {
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: ACCOUNT,
      time: toSeconds(new Date(this.#clock.now())),
      region: REGION,
      resources: [rule.arn],
      detail: {},
    };
  }

  /** Up to a thousand events that came in after the one whose id is `after`, oldest first. */
  list(after?: string): EventEnvelope[] {
    const rows = this.#journal.database
      .prepare(
        'SELECT event FROM events WHERE seq > coalesce((SELECT seq FROM events WHERE id = ?), 0) ORDER BY seq LIMIT ?',
      )
      .all(after ?? '', PAGE);
    return rows.map((row) => JSON.parse(String(row['event'])) as EventEnvelope);
  }
}
