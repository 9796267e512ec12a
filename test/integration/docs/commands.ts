/**
 * What is known of each command that the documentation shows and the tests do not run as it stands: who runs it, or why
 * nobody can, and which options it takes. A command that is not here is a fault of the documentation, or to be added.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseCommandLine } from '../../../agent/cli/arguments.ts';
import { readOptions as readBuild } from '../../../agent/package/options.ts';
import { readOptions as readCheck } from '../../../infra/check/options.ts';
import { readOptions as readDeploy } from '../../../infra/deploy/options.ts';
import { readOptions as readRemove } from '../../../infra/remove/options.ts';
import { readOptions as readSignIn } from '../../../infra/sign-in/options.ts';
import { INSTALL } from '../../../local/engines/find-dynoxide.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { readOptions as readBench } from '../../bench/options.ts';
import { readOptions as readFaults } from '../../faults/options.ts';
import { readOptions as readFuzz } from '../../fuzz/options.ts';
import { readOptions as readLoad } from '../../load/options.ts';
import { readOptions as readModel } from '../../model/options.ts';
import { readOptions as readSimulate } from '../../simulate/options.ts';
import { readOptions as readSmoke } from '../../smoke/options.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Throws where the command takes no such arguments. */
type Parse = (args: string[]) => unknown;

type Known = {
  /** The test that runs it, or a reason in words. */
  readonly by: string;
  readonly parse?: Parse;
};

const only =
  (...allowed: string[]): Parse =>
  (args) => {
    const unknown = args.find((arg) => !allowed.includes(arg));
    if (unknown !== undefined) throw new Error(`${unknown} is not one of ${allowed.join(', ') || 'no options at all'}`);
  };

/** Each script of `package.json` that the documentation names. */
const SCRIPTS: Readonly<Record<string, Known>> = {
  start: { by: 'test/integration/local/process.test.ts', parse: only('--teamviewer-fake') },
  test: { by: 'it is what runs this', parse: only() },
  token: { by: 'test/integration/local/process.test.ts' },
  demo: { by: 'test/integration/product/demo.test.ts', parse: only() },
  agent: { by: 'test/unit/agent/cli.test.ts', parse: parseCommandLine },
  'build:agent': { by: 'test/packages/executable.test.ts', parse: readBuild },
  check: { by: 'test/integration/local/check.test.ts', parse: readCheck },
  deploy: { by: 'test/unit/infra/deploy/deploy.test.ts', parse: readDeploy },
  remove: { by: 'test/integration/local/remove.test.ts', parse: readRemove },
  bench: { by: 'it measures, which tests cannot beside others; its parts are in test/unit/bench', parse: readBench },
  load: { by: 'test/integration/product/load.test.ts', parse: readLoad },
  faults: { by: 'test/integration/product/every-call.test.ts', parse: readFaults },
  fuzz: { by: 'test/integration/product/fuzz.test.ts', parse: readFuzz },
  model: { by: 'test/unit/model/model.test.ts', parse: readModel },
  simulate: { by: 'test/unit/simulate/scenarios.test.ts', parse: readSimulate },
  smoke: { by: 'test/integration/product/smoke.test.ts', parse: (args) => readSmoke(args, {}) },
  'sign-in': { by: 'test/unit/infra/sign-in/sign-in.test.ts', parse: readSignIn },
};

const NO_ACCOUNT = 'there is no AWS account here; test/infra holds what it would deploy';

/** Subcommands of `npx cdk`, and the options that are right with each. */
const CDK: Readonly<Record<string, RegExp>> = {
  bootstrap: /^(aws:\/\/\d{12}\/[a-z0-9-]+)?$/,
  synth: /^(-c stage=[a-z][a-z0-9]*)?$/,
  diff: /^(-c stage=[a-z][a-z0-9]*)?$/,
  deploy: /^(-c stage=[a-z][a-z0-9]*)?( -c firstDeployment=true)?( --require-approval never)?$/,
  rollback: /^(-c stage=[a-z][a-z0-9]*)?$/,
  destroy: /^(-c stage=[a-z][a-z0-9]*)?$/,
};

/** Operations of the AWS CLI, and the options that each takes beside `--output` and `--query`. */
const AWS: Readonly<Record<string, readonly string[]>> = {
  'cloudformation describe-stack-events': ['--stack-name'],
  'cloudformation describe-stacks': ['--stack-name'],
  'cloudformation update-termination-protection': ['--no-enable-termination-protection', '--stack-name'],
  'cognito-idp admin-create-user': ['--user-pool-id', '--username', '--user-attributes'],
  'cognito-idp admin-add-user-to-group': ['--user-pool-id', '--username', '--group-name'],
  'dynamodb delete-table': ['--table-name'],
  'dynamodb put-item': ['--table-name', '--item', '--condition-expression'],
  'dynamodb restore-table-to-point-in-time': ['--source-table-name', '--target-table-name', '--restore-date-time'],
  'dynamodb scan': ['--table-name'],
  'dynamodb wait': ['--table-name'],
  'dynamodbstreams get-records': ['--shard-iterator', '--limit'],
  'dynamodbstreams get-shard-iterator': ['--stream-arn', '--shard-id', '--shard-iterator-type', '--sequence-number'],
  'lambda invoke': ['--function-name', '--cli-binary-format', '--payload'],
  'logs get-query-results': ['--query-id'],
  'logs start-query': ['--start-time', '--end-time', '--query-string'],
  'secretsmanager create-secret': ['--name', '--secret-string'],
  'secretsmanager restore-secret': ['--secret-id'],
  'sns confirm-subscription': ['--topic-arn', '--token', '--authenticate-on-unsubscribe'],
  'sqs delete-message': ['--queue-url', '--receipt-handle'],
  'sqs list-message-move-tasks': ['--source-arn'],
  'sqs receive-message': ['--queue-url', '--visibility-timeout'],
  'sqs start-message-move-task': ['--source-arn'],
};

/** `service operation`, as the documentation calls them. */
export const AWS_OPERATIONS: readonly string[] = Object.keys(AWS);

const npm = (args: readonly string[]): Known & { args: string[] } => {
  const words = args.filter((arg) => arg !== '-s');
  const [first = '', second = ''] = words;
  if (words.join(' ') === INSTALL.replace(/^npm /, '')) {
    return { by: 'test/unit/local/find-dynoxide.test.ts', args: [] };
  }
  if (first === 'ci') return { by: 'nothing runs without it', parse: only(), args: words.slice(1) };
  const isRun = first === 'run';
  const script = isRun ? second : first;
  const known = SCRIPTS[script];
  if (!Object.hasOwn(packageJson.scripts, script)) throw new Error(`package.json has no script ${script}`);
  if (!known) throw new Error(`no test is named that runs it: add ${script} to SCRIPTS`);
  const [dashes, ...rest] = words.slice(isRun ? 2 : 1);
  if (dashes !== undefined && dashes !== '--') throw new Error(`npm takes ${dashes} itself: write -- before it`);
  return { ...known, args: rest };
};

const npx = (args: readonly string[]): Known & { args: string[] } => {
  const [tool, command = '', ...rest] = args;
  if (tool === '-c') return { by: 'test/unit/npm.test.ts', args: [] };
  const options = CDK[command];
  if (tool !== 'cdk' || !options) throw new Error(`npx ${tool} ${command} is not in CDK`);
  if (!options.test(rest.join(' '))) throw new Error(`${rest.join(' ')} is not what CDK lists for cdk ${command}`);
  return { by: NO_ACCOUNT, args: [] };
};

const aws = (args: readonly string[]): Known & { args: string[] } => {
  const [service, operation, ...rest] = args;
  const options = AWS[`${service} ${operation}`];
  if (!options) throw new Error(`aws ${service} ${operation} is not in AWS: look it up, and add it with its options`);
  const given = rest.filter((arg) => arg.startsWith('--'));
  return { by: NO_ACCOUNT, parse: () => only(...options, '--output', '--query')(given), args: [] };
};

const node = (args: readonly string[]): Known & { args: string[] } => {
  const [program, ...rest] = args;
  if (program !== 'remote-assist-agent.cjs') throw new Error(`node ${program} is nothing that somebody has`);
  return { by: 'test/unit/agent/built.test.ts', parse: parseCommandLine, args: rest };
};

/** The installed executable. */
const installed = (args: readonly string[]): Known & { args: string[] } => ({
  by: 'test/packages/executable.test.ts',
  parse: parseCommandLine,
  args: [...args],
});

const PROGRAMS: Readonly<Record<string, (args: readonly string[]) => Known & { args: string[] }>> = {
  npm,
  npx,
  aws,
  node,
  'remote-assist-agent': installed,
};

/** The programs that this module knows; others are run as they are. */
export const STAND_INS = Object.keys(PROGRAMS);

/**
 * Checks one command.
 * @param isMention it is named in a sentence, so that it need not be whole
 * @throws Error that says what is wrong with it
 */
export const checkCommand = ([program = '', ...args]: readonly string[], isMention = false): void => {
  const read = PROGRAMS[program];
  if (!read) throw new Error(`${program} is not in PROGRAMS`);
  const known = read(args);
  if (/^test\//.test(known.by) && !existsSync(join(ROOT, known.by))) throw new Error(`there is no ${known.by}`);
  if (!isMention || known.args.length > 0) known.parse?.(known.args);
};
