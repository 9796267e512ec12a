/** What every bundle is compared with: a function that does nothing but read one item, bundled as ours are. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { FLAGS } from '../../infra/bundle.ts';

const SOURCE = `
  import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
  const client = new DynamoDBClient({});
  export const handler = () => client.send(new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'key' } } }));
`;

/** Bundles it, with the SDK's own credential chain and all else that comes with the client, into a CommonJS `file`. */
export const bundleBaseline = (file: string): void => {
  const resolveDir = join(import.meta.dirname, '../..');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(join(dirname(file), 'package.json'), '{ "type": "commonjs" }\n');
  buildSync({ ...FLAGS, stdin: { contents: SOURCE, resolveDir }, outfile: file, logLevel: 'error' });
};
