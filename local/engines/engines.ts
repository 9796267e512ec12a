/** The engines behind the AWS gateway: the embedded ones, or those at the addresses that the settings give. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, StartError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import { type Dynoxide, startDynoxide } from './dynoxide.ts';
import { startFauxqs } from './fauxqs.ts';
import { findDynoxide } from './find-dynoxide.ts';
import { connectEngine, type Engine } from './transport.ts';

export type Engines = {
  dynamodb: Engine;
  sqs: Engine;
  /** Resolves with the reason when an engine has ended for good. */
  failed: Promise<string>;
  /** Crashes the embedded DynamoDB engine, and resolves when it serves again. */
  restartDynamodb(): Promise<void>;
  stop(): Promise<void>;
};

type Running = Pick<Dynoxide, 'engine' | 'stop'> & Partial<Dynoxide>;

const external = async (endpoint: string, service: 'dynamodb' | 'sqs', probe: string): Promise<Running> => {
  const engine = connectEngine(endpoint, service);
  try {
    await engine.call(probe, {});
  } catch (error) {
    engine.close();
    throw new StartError(
      `AWS_ENDPOINT_URL_${service.toUpperCase()} is ${endpoint}, where no engine answers (${messageOf(error)}).`,
    );
  }
  return { engine, stop: async () => engine.close() };
};

export const startEngines = async (
  settings: Pick<Settings, 'dataDir' | 'dynamodbEndpoint' | 'sqsEndpoint'>,
  log: (line: string) => void,
): Promise<Engines> => {
  const { dynamodbEndpoint, sqsEndpoint } = settings;
  const dataDir = join(settings.dataDir, 'engines');
  mkdirSync(dataDir, { recursive: true });
  const starting: readonly [Promise<Running>, Promise<Running>] = [
    dynamodbEndpoint === undefined
      ? startDynoxide(findDynoxide(), dataDir, log)
      : external(dynamodbEndpoint, 'dynamodb', 'DynamoDB_20120810.ListTables'),
    sqsEndpoint === undefined ? startFauxqs(dataDir) : external(sqsEndpoint, 'sqs', 'AmazonSQS.ListQueues'),
  ];
  const results = await Promise.allSettled(starting);
  const running = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const [dynamodb, sqs] = results;
  if (dynamodb.status === 'rejected' || sqs.status === 'rejected') {
    await Promise.all(running.map(({ stop }) => stop()));
    throw dynamodb.status === 'rejected' ? dynamodb.reason : (sqs as PromiseRejectedResult).reason;
  }
  const { engine, failed, restart } = dynamodb.value;
  return {
    dynamodb: engine,
    sqs: sqs.value.engine,
    failed: failed ?? new Promise(() => {}),
    restartDynamodb: async () => restart?.(),
    stop: async () => {
      await Promise.all(running.map(({ stop }) => stop()));
    },
  };
};
