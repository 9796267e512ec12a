/** A local stack to break things on, with a TeamViewer that it is signed in to. Many scenarios run on it, one at a time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { startTeamViewerFake, type TeamViewerFake } from '../fakes/teamviewer/fake.ts';
import { type Product, productAt } from '../integration/product/product.ts';
import { openAudited } from './audited.ts';
import { openCommitted } from './committed.ts';
import { openDelivered } from './delivered.ts';

export const APP = { clientId: 'faults-app', clientSecret: 'faults-app-secret' };

export type Bench = {
  stack: LocalStack;
  product: Product;
  fake: TeamViewerFake;
  db: DynamoDBDocumentClient;
  sqs: SQSClient;
  committed: ReturnType<typeof openCommitted>;
  delivered: ReturnType<typeof openDelivered>;
  audited: ReturnType<typeof openAudited>;
  remove(): Promise<void>;
};

/** @param assemblyDir what the stack is started from */
export const openBench = async (assemblyDir: string): Promise<Bench> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'remote-assist-faults-'));
  const fake = await startTeamViewerFake();
  const env = { TEAMVIEWER_API_URL: fake.apiUrl, TEAMVIEWER_LOGIN_URL: fake.loginUrl };
  const stack = await startLocalStack({ assemblyDir, dataDir, port: 0, schedules: false, firstRetryMs: 20, env });
  fake.register({ ...APP, redirectUri: `${stack.url}/v1/connectors/teamviewer/callback` });
  const { endpoint, region, credentials } = stack.aws;
  const client = { endpoint, region, credentials };
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  return {
    stack,
    product: productAt(stack.url),
    fake,
    db,
    sqs: new SQSClient({ ...client, useQueueUrlAsEndpoint: false }),
    committed: openCommitted(stack),
    delivered: openDelivered(stack.url),
    audited: openAudited(stack, db),
    remove: async () => {
      await stack.stop();
      await fake.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
