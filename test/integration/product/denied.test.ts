/** What a caller sees, and what the log says, when a function is denied something that it needs. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../../../local/stack.ts';
import { type Product, productAt } from './product.ts';

type Statement = { Action: string | string[] };

const root = mkdtempSync(join(tmpdir(), 'remote-assist-denied-'));
const lines: string[] = [];
let stack: LocalStack;
let product: Product;

/** The run's assembly again, whose function for alerts may not query any more. */
const assemblyWithoutQuery = (): string => {
  const from = inject('assemblyDir');
  for (const name of readdirSync(from)) {
    if (name.startsWith('asset.')) symlinkSync(join(from, name), join(root, name));
    else cpSync(join(from, name), join(root, name), { recursive: true });
  }
  const file = join(root, 'remote-assist-local.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8'));
  const policies = Object.entries<{ Type: string; Properties: { PolicyDocument: { Statement: Statement[] } } }>(
    template.Resources,
  ).filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith('adminalerts'));
  for (const [, { Properties }] of policies) {
    const { PolicyDocument } = Properties;
    PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Action }) => !Action.includes('dynamodb:Query'));
  }
  writeFileSync(file, JSON.stringify(template));
  return root;
};

beforeAll(async () => {
  stack = await startLocalStack({
    assemblyDir: assemblyWithoutQuery(),
    dataDir: join(root, 'data'),
    port: 0,
    schedules: false,
    log: (line) => lines.push(line),
  });
  product = productAt(stack.url);
});
afterAll(async () => {
  await stack?.stop();
  rmSync(root, { recursive: true, force: true });
});

it('the caller gets 500 without the cause, and whoever runs the stack is told it once', async () => {
  const token = await product.token('admin');
  for (const _ of [1, 2]) {
    const { status, body } = await product.raw('GET', '/v1/alerts', { token });
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/dynamodb|arn:|role|authori[sz]ed|AccessDenied/i);
  }
  const told = lines.filter((line) => line.includes('is not authorized to perform: dynamodb:Query'));
  expect(told).toHaveLength(new Set(told).size);
  expect(told[0]).toMatch(/^Denied, as on AWS\. User: \S+ .* on resource: \S+ because no identity-based policy allows/);
});
