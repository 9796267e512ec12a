/** The embedded DynamoDB engine, with its data in DATA_DIR. One that crashes is started again where it was. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { messageOf, StartError } from '../errors.ts';
import { type EngineProcess, startProcess } from './process.ts';
import { indexStreams } from './stream-index.ts';
import { connectEngine, type Engine } from './transport.ts';

export type Dynoxide = {
  engine: Engine;
  /** Resolves with the reason when the engine has ended and cannot be started again. */
  failed: Promise<string>;
  /** Crashes the engine, and resolves when it serves again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const DATABASE = 'dynamodb.db';

/** An engine that crashes more often than this within a minute is not started again. */
const MAXIMUM_RESTARTS = 10;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Finds a port and starts the engine on it; tries again where another process took the port in between. */
const startFirst = async (
  command: string,
  dataDir: string,
): Promise<{ port: number; start(): Promise<EngineProcess>; first: EngineProcess }> => {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const args = ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', join(dataDir, DATABASE)];
    const start = () => startProcess(command, args);
    try {
      return { port, start, first: await start() };
    } catch (error) {
      if (attempt < 5 && /in use|locked/i.test(messageOf(error))) continue;
      throw new StartError(
        `The DynamoDB engine does not start (${messageOf(error)}). If its data is damaged, delete ${dataDir}.`,
      );
    }
  }
};

/** @param command the engine's executable */
export const startDynoxide = async (
  command: string,
  dataDir: string,
  log: (line: string) => void,
): Promise<Dynoxide> => {
  const { port, start, first } = await startFirst(command, dataDir);
  indexStreams(join(dataDir, DATABASE), log);
  const engine = connectEngine(`http://127.0.0.1:${port}`, 'dynamodb');
  const failed = Promise.withResolvers<string>();
  let current = first;
  let stopping = false;
  let crashes: number[] = [];
  let waiting: (() => void)[] = [];

  const supervise = async (): Promise<void> => {
    for (;;) {
      const reason = await current.exited;
      if (stopping) return;
      log(`The DynamoDB engine ended, and is started again (${reason})`);
      crashes = [...crashes.filter((at) => at > Date.now() - 60_000), Date.now()];
      if (crashes.length > MAXIMUM_RESTARTS) return failed.resolve('The DynamoDB engine keeps ending.');
      try {
        current = await start();
      } catch (error) {
        return failed.resolve(`The DynamoDB engine does not start again: ${messageOf(error)}`);
      }
      if (stopping) await current.stop();
      for (const resume of waiting) resume();
      waiting = [];
    }
  };
  const supervised = supervise();
  return {
    engine,
    failed: failed.promise,
    restart: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        current.kill();
      }),
    stop: async () => {
      stopping = true;
      engine.close();
      await current.stop();
      await supervised;
    },
  };
};
