/**
 * The embedded SQS engine, in this process and on loopback only, with its data in DATA_DIR. The package's own starter
 * binds every interface, so its parts are put together here; and its faults that lose messages are mended.
 */
import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';
import { buildApp } from 'fauxqs';
import { StartError } from '../errors.ts';
import { REGION } from '../identity.ts';
import { connectEngine, type Engine } from './transport.ts';

type Statement = { run(...values: unknown[]): unknown };
type Persistence = {
  db: { exec(sql: string): void; prepare(sql: string): Statement };
  updateMessageReady(messageId: string): void;
  loadSqsAndSns(sqs: SqsStore, sns: unknown): void;
  close(): void;
};
type SqsStore = { persistence?: Persistence; allQueues(): Iterable<{ persistence?: Persistence }> };

/** The package exports none of its parts, so they are found by its folder. The version is pinned. */
const part = async (path: string): Promise<Record<string, new (...args: unknown[]) => unknown>> => {
  const manifest = findPackageJSON('fauxqs', import.meta.url);
  if (manifest === undefined) throw new StartError('fauxqs is not installed: run npm ci.');
  return import(new URL(`dist/${path}`, pathToFileURL(manifest)).href);
};

const construct = async <T>(path: string, name: string, ...args: unknown[]): Promise<T> => {
  const Part = (await part(path))[name];
  if (!Part) throw new StartError(`fauxqs has no ${name} any more: install the version that package-lock.json pins.`);
  return new Part(...args) as T;
};

/** Starts the engine with its data in `dataDir`. */
export const startFauxqs = async (dataDir: string): Promise<{ engine: Engine; stop(): Promise<void> }> => {
  const sqsStore = await construct<SqsStore>('sqs/sqsStore.js', 'SqsStore');
  const snsStore = await construct<unknown>('sns/snsStore.js', 'SnsStore');
  const persistence = await construct<Persistence>('persistence.js', 'PersistenceManager', dataDir);
  persistence.db.exec('PRAGMA synchronous = NORMAL');
  // As shipped, making a message visible at once writes NULL into its receive count, fails, and loses the message.
  const ready = persistence.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => void ready.run(messageId);
  persistence.loadSqsAndSns(sqsStore, snsStore);
  // Only now: writing back what is being loaded would delete it.
  sqsStore.persistence = persistence;
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence;
  const stores = { sqsStore, snsStore } as unknown as NonNullable<
    NonNullable<Parameters<typeof buildApp>[0]>['stores']
  >;
  const app = buildApp({ logger: false, defaultRegion: REGION, stores });
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  const engine = connectEngine(endpoint, 'sqs');
  return {
    engine,
    stop: async () => {
      engine.close();
      await app.close();
      persistence.close();
    },
  };
};
