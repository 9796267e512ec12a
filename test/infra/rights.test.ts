/** docs/deploy.md lists the rights that each command needs: those of the AWS CLI that are documented, and our own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AWS_OPERATIONS } from '../integration/docs/commands.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const [, section = ''] = read('docs/deploy.md').split('## What rights each command needs');
const rows = [...section.matchAll(/^\| (.*?) +\| (.*?) +\|$/gm)].map(([, command = '', rights = '']) => ({
  command,
  rights: [...rights.matchAll(/`([a-z-]+:[A-Za-z]+)`/g)].map(([, right = '']) => right),
}));
const listed = new Set(rows.flatMap(({ rights }) => rights));

/** Where an operation of the CLI is not called as its action is. */
const CALLED_OTHERWISE: Readonly<Record<string, string>> = {
  'dynamodb wait': 'dynamodb:DescribeTable',
  'lambda invoke': 'lambda:InvokeFunction',
};

const pascal = (operation: string): string =>
  operation.replaceAll(/(^|-)([a-z])/g, (_, _dash, letter) => letter.toUpperCase());

const actionOf = (command: string): string => {
  const [service = '', operation = ''] = command.split(' ');
  return CALLED_OTHERWISE[command] ?? `${service.replace('dynamodbstreams', 'dynamodb')}:${pascal(operation)}`;
};

test.each(AWS_OPERATIONS.map((operation) => [operation, actionOf(operation)]))('aws %s: %s', (_operation, action) => {
  expect([...listed]).toContain(action);
});

test('what `npm run remove` prints', () => {
  const printed = [...read('infra/remove/kept.ts').matchAll(/\baws ([a-z-]+ [a-z-]+)/g)].map(
    ([, command = '']) => command,
  );
  const row = rows.find(({ command }) => command.startsWith('what `npm run remove` prints'));
  expect(printed.length).toBeGreaterThan(5);
  expect([...new Set(printed.map(actionOf))].sort()).toEqual([...(row?.rights ?? [])].sort());
});

describe('a command of ours needs what it calls', () => {
  const SERVICES: Readonly<Record<string, string>> = { 'secrets-manager': 'secretsmanager' };

  /** The actions that the sources call, by what they import of each client. */
  const actionsIn = (...paths: string[]): string[] =>
    paths.flatMap((path) =>
      [...read(path).matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([a-z-]+)'/g)].flatMap(
        ([, names = '', client = '']) =>
          [...names.matchAll(/(\w+)Command\b/g)].map(([, name]) => `${SERVICES[client] ?? client}:${name}`),
      ),
    );

  test.each([
    ['deploy', ['infra/deployed.ts']],
    ['check', ['infra/deployed.ts']],
    ['remove', []],
  ])('npm run %s', (command, others) => {
    const own = readdirSync(join(ROOT, 'infra', command)).map((name) => `infra/${command}/${name}`);
    const row = rows.find((each) => each.command.startsWith(`\`npm run ${command}\``));
    expect([...new Set(actionsIn(...own, ...others))].sort()).toEqual([...(row?.rights ?? [])].sort());
  });
});
