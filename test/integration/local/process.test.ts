/** The stack as a process: what survives a `kill -9`, what stops it from starting, and what it leaves behind. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ChangeMessageVisibilityCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, expect, it } from 'vitest';
import { RUNNER_CREDENTIALS } from '../../../local/wiring.ts';
import { until } from '../support/until.ts';
import { clientsOf, queueUrl } from './clients.ts';
import { createFixture, type Fixture } from './fixture.ts';

type Process = { child: ChildProcess; output: () => string; url: () => string; exit: Promise<number | null> };
const open: { fixtures: Fixture[]; processes: Process[] } = { fixtures: [], processes: [] };
afterEach(async () => {
  for (const { child, exit } of open.processes.splice(0)) {
    child.kill('SIGKILL');
    await exit;
  }
  for (const fixture of open.fixtures.splice(0)) fixture.remove();
});
const fixtureOf = (): Fixture => {
  const fixture = createFixture();
  open.fixtures.push(fixture);
  return fixture;
};

type Command = readonly [string, ...string[]];
const ITSELF: Command = [process.execPath, 'local/main.ts'];
const NPM_START: Command = ['npm', 'start'];

const launch = (
  { assemblyDir, dataDir }: Fixture,
  env: Record<string, string> = {},
  [command, ...args] = ITSELF,
): Process => {
  const child = spawn(command, args, {
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir, LOCAL_ASSEMBLY_DIR: assemblyDir, ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const started = { child, exit, output: () => output, url: () => /ready (\S+)/.exec(output)?.[1] ?? '' };
  open.processes.push(started);
  return started;
};
const start = async (fixture: Fixture, env: Record<string, string> = {}, command = ITSELF): Promise<Process> => {
  const started = launch(fixture, env, command);
  await until(() => started.url() !== '' || started.child.exitCode !== null);
  if (started.url() === '') throw new Error(started.output());
  return started;
};
/** Processes that have the fixture's data folder on their command line. */
const engines = ({ dataDir }: Fixture): string[] =>
  execFileSync('ps', ['-eo', 'pid,args'])
    .toString()
    .split('\n')
    .filter((line) => line.includes(`${dataDir}/engines`));
/** Clients for the door to AWS of another process, which a function there knows. */
const clientsFor = async (url: string) => {
  const environment = (await (await fetch(`${url}/open?do=environment`)).json()) as Record<string, string>;
  const endpoint = environment['AWS_ENDPOINT_URL'] ?? '';
  return clientsOf({ aws: { endpoint, region: 'eu-central-1', credentials: RUNNER_CREDENTIALS } });
};
const settle = (url: string) => fetch(`${url}/__local/settle`, { method: 'POST', body: '{}' });
const write = (url: string, pk: string) => fetch(`${url}/items?pk=${pk}`, { method: 'POST' });

it.each([
  ['SIGINT', 'itself', ITSELF],
  ['SIGTERM', 'npm', NPM_START],
] as const)('stops cleanly on a %s to %s, and leaves no process', async (signal, _, command) => {
  const fixture = fixtureOf();
  const { child, exit, url } = await start(fixture, {}, command);
  await write(url(), 'a');
  expect(engines(fixture)).not.toEqual([]);
  child.kill(signal);
  expect(await exit).toBe(0);
  expect(engines(fixture)).toEqual([]);
});

it('keeps what it stores to its own account, also in a folder that others may look into', async () => {
  const fixture = fixtureOf();
  const { dataDir } = fixture;
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  chmodSync(dataDir, 0o755);
  await start(fixture);
  const made = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).map((name) => join(dataDir, name));
  expect(made.some((path) => path.includes('engines'))).toBe(true);
  expect(made.filter((path) => lstatSync(path).mode & 0o077)).toEqual([]);
});

it('does not outlive the npm that started it', async () => {
  const fixture = fixtureOf();
  const { child, exit } = await start(fixture, {}, NPM_START);
  child.kill('SIGKILL');
  // The stack has npm's output open for as long as it runs.
  await exit;
  expect(engines(fixture)).toEqual([]);
});

it('goes on after a kill -9 where it was, undelivered records and events included', async () => {
  const fixture = fixtureOf();
  const first = await start(fixture);
  // A token outlives the kill too.
  const token = execFileSync(process.execPath, ['local/token.ts', '--roles', 'admin'], {
    env: { ...process.env, PORT: new URL(first.url()).port },
  });
  fixture.control('streams', { failAll: true, delayMs: 9_000 });
  fixture.control('events', { failAll: true, delayMs: 9_000 });
  const door = await clientsFor(first.url());
  await door.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl('Inbox'), MessageBody: 'waiting' }));
  await door.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl('DeadLetters'), MessageBody: 'leased' }));
  const { Messages: [leased] = [] } = await door.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl('DeadLetters'), VisibilityTimeout: 600 }),
  );
  const event = { EventBusName: 'fixture', Source: 'fixture', DetailType: 'Wanted', Detail: '{"id":"1"}' };
  await door.events.send(new PutEventsCommand({ Entries: [event] }));
  await write(first.url(), 'undelivered');
  await until(() => fixture.recorded('streams').length > 0 && fixture.recorded('events').length > 0);
  first.child.kill('SIGKILL');
  await first.exit;
  await until(() => engines(fixture).length === 0);

  fixture.control('streams', {});
  fixture.control('events', {});
  const before = fixture.recorded('events').length;
  const second = await start(fixture);
  expect((await settle(second.url())).status).toBe(200);
  expect(fixture.recorded('events').slice(before)).toMatchObject([{ event: { detail: { id: '1' } } }]);
  const after = await clientsFor(second.url());
  const receive = async (name: string) =>
    (await after.sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl(name) }))).Messages;
  expect(await receive('Inbox')).toMatchObject([{ Body: 'waiting' }]);
  expect(await receive('DeadLetters')).toBeUndefined();
  // The lease is still the one that was given before the kill.
  const lease = { QueueUrl: queueUrl('DeadLetters'), ReceiptHandle: leased?.ReceiptHandle };
  await after.sqs.send(new ChangeMessageVisibilityCommand({ ...lease, VisibilityTimeout: 0 }));
  expect(await receive('DeadLetters')).toMatchObject([{ Body: 'leased' }]);
  const { event: records } = fixture.recorded('streams').at(-1) ?? {};
  expect(records.Records).toMatchObject([{ eventName: 'INSERT', dynamodb: { Keys: { pk: { S: 'undelivered' } } } }]);
  const admin = await fetch(`${second.url()}/admin?do=text`, {
    headers: { authorization: `Bearer ${token.toString().trim()}` },
  });
  expect(admin.status).toBe(200);
  // Written again, the item is only changed: it is still there.
  const calls = fixture.recorded('streams').length;
  await write(second.url(), 'undelivered');
  await settle(second.url());
  expect(fixture.recorded('streams')).toHaveLength(calls);
});

it('refuses a port and a data folder that are in use', async () => {
  const fixture = fixtureOf();
  const { url } = await start(fixture);
  const port = launch(fixtureOf(), { PORT: new URL(url()).port });
  expect(await port.exit).toBe(1);
  expect(port.output()).toMatch(/Port \d+ is in use by another program: set PORT/);
  const data = launch(fixture);
  expect(await data.exit).toBe(1);
  expect(data.output()).toMatch(/Another local stack uses .*: stop it, or set DATA_DIR/);
});

it.each([
  [
    'an unknown resource',
    (resources) => Object.assign(resources, { Odd: { Type: 'AWS::Odd::Thing', Properties: {} } }),
    /AWS::Odd::Thing \(Odd\)/,
  ],
  [
    'an unknown intrinsic',
    (resources) => Object.assign(resources['Topic'].Properties, { TopicName: { 'Fn::ImportValue': 'x' } }),
    /Fn::ImportValue/,
  ],
  [
    'an unknown operator',
    (resources) => Object.assign(resources['Rule'].Properties.EventPattern, { detail: { id: [{ like: 'x' }] } }),
    /the pattern of rule Rule, at id, compares with {"like":"x"}/,
  ],
  [
    'an unknown property',
    (resources) => Object.assign(resources['Api'].Properties, { CorsConfiguration: {} }),
    /AWS::ApiGatewayV2::Api Api:.*CorsConfiguration/s,
  ],
] satisfies [string, Parameters<Fixture['edit']>[0], RegExp][])('refuses %s by name', async (_, change, message) => {
  const fixture = fixtureOf();
  fixture.edit(change);
  const { exit, output } = launch(fixture);
  expect(await exit).toBe(1);
  expect(output()).toMatch(message);
  expect(output()).not.toMatch(/\n\s+at /);
  expect(engines(fixture)).toEqual([]);
});

it('refuses a table that was made by another version of the stack, and updates a queue', async () => {
  const fixture = fixtureOf();
  await (await fixture.start()).stop();
  fixture.edit((resources) => (resources['Work'].Properties.VisibilityTimeout = 2));
  await (await fixture.start()).stop();
  fixture.edit((resources) => (resources['Table'].Properties.StreamSpecification.StreamViewType = 'KEYS_ONLY'));
  await expect(fixture.start()).rejects.toThrow(/was made by another version of the stack.*Delete/s);
});

it.each([
  [
    { WEBHOOK_URL: 'https://hooks.example/x' },
    /WEBHOOK_URL is https:\/\/hooks.example\/x: the local stack only talks to this machine/,
  ],
  [{ PORT: 'many' }, /PORT is many/],
  [
    { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' },
    /AWS_ENDPOINT_URL_DYNAMODB is http:\/\/127.0.0.1:1, where no engine answers/,
  ],
])('refuses the settings %o', async (env, message) => {
  const { exit, output } = launch(fixtureOf(), env);
  expect(await exit).toBe(1);
  expect(output()).toMatch(message);
});

it('uses an engine that runs already', async () => {
  const fixture = fixtureOf();
  const first = await start(fixture);
  const [line = ''] = engines(fixture);
  const port = /--port (\d+)/.exec(line)?.[1] ?? '';
  const second = fixtureOf();
  const { url } = await start(second, { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` });
  expect(engines(second)).toEqual([]);
  await write(url(), 'elsewhere');
  await settle(first.url());
  await settle(url());
  expect(second.recorded('streams')).toHaveLength(1);
});

it('prints a token and nothing else, or says what is wrong', async () => {
  const run = (port: string, ...args: string[]) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const child = spawn(process.execPath, ['local/token.ts', ...args], { env: { ...process.env, PORT: port } });
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk) => (out += chunk));
      child.stderr.on('data', (chunk) => (err += chunk));
      child.once('close', (code) => resolve({ code, out, err }));
    });
  const { url } = await start(fixtureOf());
  const { port } = new URL(url());
  expect(await run(port, '--roles', 'viewer,helpdesk', '--subject', 'eve')).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/),
  });
  expect(await run(port)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage') });
  expect(await run(port, '--rules', 'x')).toMatchObject({ code: 2, out: '' });
  expect(await run('1', '--roles', 'viewer')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('No local stack answers'),
  });
});

it('fits in the memory that it may take', async () => {
  const { child, url } = await start(fixtureOf());
  await Promise.all(
    ['open', 'hurried', 'things/1'].flatMap((path) =>
      Array.from({ length: 8 }, () => fetch(`${url()}/${path}?do=short`)),
    ),
  );
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
  expect(Number(resident) / 1024).toBeLessThan(600);
});
