/** The embedded DynamoDB engine: a child process with its data in DATA_DIR, which cannot outlive the runner. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { messageOf, StartError } from '../errors.ts';
import { connectEngine, type Engine } from './transport.ts';

export type EngineProcess = { engine: Engine; stop(): Promise<void>; exited: Promise<string> };

/**
 * Runs the engine under a shell that kills it when its standard input closes, which the kernel does for us however
 * the runner ends, `kill -9` included. SIGTERM is passed on, for a stop in good order.
 */
const SUPERVISOR = `
exec 3<&0
"$@" 3<&- </dev/null & engine=$!
( read -r _ <&3; kill -KILL "$engine" ) >/dev/null 2>&1 & keeper=$!
trap 'kill -TERM "$engine"' TERM
wait "$engine"; code=$?
while kill -0 "$engine" 2>/dev/null; do wait "$engine"; code=$?; done
kill -KILL "$keeper" 2>/dev/null
exit "$code"`;

/** How long the engine may take to stop in good order. */
const STOP_WITHIN_MS = 3_000;

const binary = (): string => {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/dynoxide`);
  } catch {
    throw new StartError(
      `There is no embedded DynamoDB engine for ${process.platform}-${process.arch}. ` +
        'Start DynamoDB Local (docker run -p 8000:8000 amazon/dynamodb-local) and set AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000',
    );
  }
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const startOnce = async (dataDir: string): Promise<EngineProcess> => {
  const port = await freePort();
  const args = ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', join(dataDir, 'dynamodb.db')];
  // A process group of its own: Ctrl-C in the terminal must reach the runner first, which then stops the engine.
  const child: ChildProcess = spawn('/bin/sh', ['-c', SUPERVISOR, 'dynoxide', binary(), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-2_000);
  };
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(`exit code ${code}: ${output.trim()}`));
  });
  const ready = new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      keep(chunk);
      if (output.includes('listening on')) resolve();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      keep(chunk);
      if (output.includes('listening on')) resolve();
    });
  });
  const failure = await Promise.race([ready.then(() => undefined), exited]);
  if (failure !== undefined) throw new Error(failure);
  const engine = connectEngine(`http://127.0.0.1:${port}`, 'dynamodb');
  return {
    engine,
    exited,
    stop: async () => {
      engine.close();
      child.kill('SIGTERM');
      const late = setTimeout(() => child.stdin?.end(), STOP_WITHIN_MS);
      await exited;
      clearTimeout(late);
    },
  };
};

/** Starts the engine. Tries again where another process took the port that had been found free. */
export const startDynoxide = async (dataDir: string): Promise<EngineProcess> => {
  binary();
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(dataDir);
    } catch (error) {
      if (attempt < 5 && /in use|locked/i.test(messageOf(error))) continue;
      throw new StartError(
        `The DynamoDB engine does not start (${messageOf(error)}). If its data is damaged, delete ${dataDir}.`,
      );
    }
  }
};
