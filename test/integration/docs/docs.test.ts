/**
 * Every command that the documentation shows is run by a shell: requests go to the local stack, and what cannot run here
 * (`commands.ts` says why) is checked to be what the program takes, and to be run by some test.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEnrollmentToken } from '../../../lib/api/devices.ts';
import { tryNext } from '../../../local/try-next.ts';
import { type Block, documents } from '../../support/documents.ts';
import { productAt } from '../product/product.ts';
import { openProxy } from '../support/proxy.ts';
import { stackUrl, token } from '../support/stack.ts';
import { checkCommand } from './commands.ts';
import { runBlocks } from './shell.ts';

/** What requests were answered, by method and path. */
const answers: string[] = [];
let door: Awaited<ReturnType<typeof openProxy>>;
let variables: Record<string, string>;

beforeAll(async () => {
  door = await openProxy(stackUrl(), ({ method, path, status, body }) => {
    // An issuer's, which takes the place of the one that the reader has.
    const given = path === '/oauth2/token' ? { status: 200, body: '{"access_token":"a.b.c"}' } : { status, body };
    answers.push(`${method} ${path} ${given.status}`);
    return given;
  });
  const admin = await token(['admin']);
  const product = productAt(stackUrl());
  const { body } = await (await product.admin())(createEnrollmentToken, { body: {} });
  variables = {
    STACK_URL: door.url,
    ADMIN_TOKEN: admin,
    // What the documents say that a reader has by then.
    API: door.url,
    TOKEN: admin,
    ENROLLMENT: body.token,
    AUTHORIZE_URL: `${door.url}/oauth2/authorize`,
    TOKEN_URL: `${door.url}/oauth2/token`,
    CLIENT_ID: 'client',
    CODE: 'code',
    SNS_TOKEN: 'token',
    QUEUE_ARN: 'arn:aws:sqs:eu-central-1:123456789012:queue',
    QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/queue',
    FUNCTION: 'function',
    STREAM_ARN: 'arn:aws:dynamodb:eu-central-1:123456789012:table/t/stream/s',
    SHARD_ID: 'shard',
    START: '1',
    BATCH_SIZE: '1',
    ID: 'id',
    TABLE: 'table',
    BEFORE: '2026-01-31T12:00:00Z',
    ITEMS: JSON.stringify({ Items: [] }),
  };
});
afterAll(() => door.close());

/** Placeholders in capitals that stand for one of these; an address must look like one. */
const withPlaceholders = (command: readonly string[]): string[] =>
  command.map((word) => (word === 'URL' ? 'https://assist.example.com' : word));

const wrongWith = (where: string, command: readonly string[], isMention: boolean): string[] => {
  try {
    checkCommand(withPlaceholders(command), isMention);
    return [];
  } catch (error) {
    return [`${where}: ${command.join(' ')}: ${(error as Error).message} (test/integration/docs/commands.ts)`];
  }
};

const shellBlocks = (blocks: readonly Block[]): Block[] => blocks.filter(({ language }) => language === 'sh');
const shown = documents().filter(({ blocks, mentions }) => shellBlocks(blocks).length + mentions.length > 0);

describe.concurrent.each(shown.map((document) => [document.file, document] as const))('%s', (_file, document) => {
  it('shows commands that run', async () => {
    const { calls, failed } = await runBlocks(shellBlocks(document.blocks), variables);
    expect(failed, 'set the variable in the document, or among those of docs.test.ts').toBeUndefined();
    expect(calls.flatMap(({ where, command }) => wrongWith(where, command, false))).toEqual([]);
  });

  it('names commands that there are', () => {
    const words = (text: string): string[] =>
      [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
    expect(document.mentions.flatMap(({ where, text }) => wrongWith(where, words(text), true))).toEqual([]);
  });
});

describe('the requests that the documents show', () => {
  it('were made, and none was refused', () => {
    expect(answers).toEqual(expect.arrayContaining(['GET /v1/health 200', 'POST /v1/enrollment-tokens 201']));
    expect(answers.filter((answer) => !/ 2\d\d$/.test(answer))).toEqual([]);
  });
});

describe('the runbook’s way to restore a table', () => {
  it('puts back what had ended and devices without what they were at, and never over what is there', async () => {
    const item = (sk: string, members: object = {}) => ({ pk: { S: 'id' }, sk: { S: sk }, ...members });
    const ended = { endedAt: { N: '1' } };
    const [task, job, request] = [item('TASK', ended), item('JOB', ended), item('REQUEST', ended)];
    const open = [item('TASK'), item('JOB'), item('REQUEST')];
    const device = item('DEVICE', { openRestart: { M: {} }, openAssistance: { M: {} } });
    const ITEMS = JSON.stringify({ Items: [...open, task, job, request, device, item('GROUP')] });
    const runbook = documents().find(({ file }) => file === 'docs/runbook.md');
    const { calls, failed } = await runBlocks(shellBlocks(runbook?.blocks ?? []), { ...variables, ITEMS });
    expect(failed).toBeUndefined();
    const puts = calls.map(({ command }) => command).filter(([, , operation]) => operation === 'put-item');
    const given = (command: readonly string[], option: string) => command[command.indexOf(option) + 1] ?? '';
    expect(puts.map((put) => JSON.parse(given(put, '--item')))).toEqual([
      task,
      job,
      request,
      item('DEVICE'),
      item('GROUP'),
    ]);
    for (const put of puts) expect(given(put, '--condition-expression')).toBe('attribute_not_exists(pk)');
  });
});

describe('a document', () => {
  const run = (text: string) => runBlocks([{ where: 'x.md:1', language: 'sh', text }], variables);

  it('that uses a variable which nobody sets is found out', async () => {
    expect((await run('curl -s "$NOWHERE"')).failed).toMatch(/NOWHERE: unbound variable/);
  });

  it('whose command fails is found out, with its place', async () => {
    expect((await run('true\ngrep -q x /dev/null')).failed).toContain('x.md:1: ended with 1: grep -q x /dev/null');
  });

  it('whose syntax is wrong is found out', async () => {
    expect((await run('while true; do\n')).failed).toMatch(/syntax error/);
  });

  it.each([
    ['npm run unknown', /no script unknown/],
    ['npm run format', /add format to SCRIPTS/],
    ['npm run smoke --api x', /write -- before it/],
    ['npm run smoke -- --api ftp://x --token t', /--api URL is needed/],
    ['npx cdk deploy --force', /is not what CDK lists/],
    ['npx create-something', /is not in CDK/],
    ['aws s3 rm x', /aws s3 rm is not in AWS/],
    ['aws sqs receive-message --queue x', /--queue is not one of/],
    ['node remote-assist-agent.cjs enrol', /no command "enrol"/],
  ])('that shows %s is found out', async (text, message) => {
    const { calls } = await run(text);
    expect(calls.flatMap(({ where, command }) => wrongWith(where, command, false)).join()).toMatch(message);
  });
});

it('what npm start prints to paste works when it is pasted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'remote-assist-paste-'));
  try {
    const pasted = tryNext(stackUrl())
      .split('\n')
      .filter((line) => line.startsWith('  '))
      .join('\n')
      .replaceAll('.local/agent', join(folder, 'agent'))
      // It would wait for a restart for ever otherwise.
      .replace('run --dry-run', 'run --dry-run --once');
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', pasted]);
    expect(stdout).toContain('"message":"The printer is on fire"');
    expect(stdout).toContain('"state":"expanding"');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
