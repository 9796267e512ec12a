/**
 * The tables: what `infra` creates and the adapters use. Every table has the key `pk`, `sk` and the TTL attribute
 * `ttl` (epoch seconds); an index is listed where a table has items in it.
 */
export type IndexDefinition = {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly sortType: 'S' | 'N';
  /** Only the keys, where each item that is found is read again before anything is done with it. */
  readonly keysOnly?: true;
};

/** Indexes are sparse: an item is in one only while it has the index's attributes. */
export const INDEXES = {
  /** Everything of one kind, in the order of `listSort`; spread over shards. */
  list: { partitionKey: 'listShard', sortKey: 'listSort', sortType: 'S' },
  /** The same for what is written far more often than it is listed: devices, each time that they are seen. */
  names: { partitionKey: 'listShard', sortKey: 'listSort', sortType: 'S', keysOnly: true },
  /** Everything of one kind in one state. */
  state: { partitionKey: 'stateShard', sortKey: 'listSort', sortType: 'S' },
  /** Alerts that nobody has taken on, for counting them by severity. */
  severity: { partitionKey: 'severityShard', sortKey: 'severitySort', sortType: 'S', keysOnly: true },
  /** What the sweep must look at, by epoch milliseconds. */
  due: { partitionKey: 'dueShard', sortKey: 'dueAt', sortType: 'N', keysOnly: true },
  /** Every device, by its id: a rename does not move it, so who goes through them all misses none. */
  fleet: { partitionKey: 'fleetShard', sortKey: 'pk', sortType: 'S', keysOnly: true },
  /** A restart job's tasks. */
  job: { partitionKey: 'jobShard', sortKey: 'jobSort', sortType: 'S' },
  /** A device's restart tasks, or its requests for help, by id: in the order of their beginning. */
  device: { partitionKey: 'ofDevice', sortKey: 'pk', sortType: 'S', keysOnly: true },
  /** What one actor did. */
  actor: { partitionKey: 'actorShard', sortKey: 'listSort', sortType: 'S' },
  /** What was done to one subject. */
  subject: { partitionKey: 'subjectShard', sortKey: 'listSort', sortType: 'S' },
} as const satisfies Record<string, IndexDefinition>;
export type IndexName = keyof typeof INDEXES;

export type TableDefinition = { readonly stream: boolean; readonly indexes: readonly IndexName[] };

export const TABLES = {
  /** Devices, groups with their members, and enrolment tokens. */
  devices: { stream: true, indexes: ['names', 'fleet', 'due'] },
  /** Assistance requests and what is left of the expired ones. */
  assistance: { stream: true, indexes: ['list', 'state', 'due', 'device'] },
  /** Restart jobs, their counts, and restart tasks. */
  restarts: { stream: true, indexes: ['list', 'due', 'job', 'device'] },
  /** Alerts and the devices' timelines. */
  activity: { stream: false, indexes: ['list', 'state', 'severity', 'due'] },
  /** First answers to requests with an `Idempotency-Key`. */
  idempotency: { stream: false, indexes: [] },
  /** Who did what. It has a stream where the stage exports it. */
  audit: { stream: false, indexes: ['list', 'actor', 'subject'] },
} as const satisfies Record<string, TableDefinition>;
export type TableName = keyof typeof TABLES;
