/** The import rules hold in the whole project, and notice what they are there to notice. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf, isAllowed, specifiersIn } from './import-rules.ts';

const ROOT = join(import.meta.dirname, '../..');

test('no file imports what its part of the project must not know', () => {
  const imports = importsOf(ROOT);
  expect(imports.length).toBeGreaterThan(100);
  const broken = imports.filter((imported) => !isAllowed(imported));
  expect(broken.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
});

test('one file alone writes to the tables, so that no change passes by the audit trail', () => {
  const writing = /\b(Put|Update|Delete|BatchWrite|TransactWrite)(Item)?Command\b/;
  const files = [...new Set(importsOf(ROOT).map(({ file }) => file))].filter((file) => /^(lib|functions)\//.test(file));
  const found = files.filter((file) => writing.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(found).toEqual(['lib/aws/dynamodb.ts']);
});

describe('a rule is broken by', () => {
  test.each([
    ['the domain importing the SDK', 'lib/devices/enrollment.ts', '@aws-sdk/client-dynamodb'],
    ['the domain importing a Lambda type', 'lib/devices/ports.ts', 'aws-lambda'],
    ['the domain importing an adapter', 'lib/devices/enrollment.ts', '../aws/dynamodb.ts'],
    ['the domain importing the middleware', 'lib/devices/enrollment.ts', '../lambda/http.ts'],
    ['the contract importing a handler', 'lib/api/devices.ts', '../../functions/admin/devices/handler.ts'],
    ['an adapter importing the middleware', 'lib/aws/dynamodb.ts', '../lambda/http.ts'],
    ['an adapter importing the stack', 'lib/aws/dynamodb.ts', '../../infra/tables.ts'],
    ['the product importing a test', 'lib/clock.ts', '../test/unit/fakes.ts'],
    ['a function importing another', 'functions/agent/poll/handler.ts', '../tasks/handler.ts'],
    ['a function importing another’s environment', 'functions/agent/poll/handler.ts', '../tasks/environment.ts'],
    ['a function importing the stack', 'functions/agent/poll/handler.ts', '../../../infra/config.ts'],
    ['a function importing the agent', 'functions/agent/poll/handler.ts', '../../../agent/pace.ts'],
    ['an environment importing its handler', 'functions/agent/poll/environment.ts', './handler.ts'],
    ['the stack importing a handler', 'infra/functions/agent.ts', '../../functions/agent/poll/handler.ts'],
    ['the stack importing an adapter', 'infra/tables.ts', '../lib/aws/dynamodb.ts'],
    ['the stack importing a use case', 'infra/events.ts', '../lib/alerts/alerts.ts'],
    ['the stack importing the local runner', 'infra/stack.ts', '../local/main.ts'],
    ['the local runner importing a handler', 'local/main.ts', '../functions/agent/poll/handler.ts'],
    ['the local runner importing the stack', 'local/main.ts', '../infra/app.ts'],
    ['the local runner importing what is under the AGPL', 'local/iam/iam.ts', '@cloud-copilot/iam-simulate'],
    ['the local runner importing a fake', 'local/stack.ts', '../test/fakes/teamviewer/fake.ts'],
    ['a fake importing what it is a fake for', 'test/fakes/teamviewer/fake.ts', '../../../lib/connectors/ports.ts'],
    ['the agent importing the domain', 'agent/restart/run.ts', '../../lib/restarts/model.ts'],
    ['the agent importing a package', 'agent/server.ts', 'zod'],
    ['the agent importing what makes its packages', 'agent/main.ts', './package/bundle.ts'],
    ['the console importing the domain', 'console/data/read.ts', '../../lib/restarts/model.ts'],
    ['the console importing what Node has', 'console/ui/csv.ts', 'node:fs'],
    ['what the pages share importing a page', 'console/ui/list-table.tsx', '../features/jobs/state.tsx'],
    ['a page importing the frame', 'console/features/jobs/page.tsx', '../../app/pages.ts'],
    ['anything outside the project', 'test/infra/imports.test.ts', '../../../elsewhere/notes.ts'],
    ['a file in a place that has no rule', 'scripts/x.ts', 'node:fs'],
  ])('%s', (_what, file, specifier) => {
    expect(isAllowed({ file, specifier })).toBe(false);
  });
});

describe('no rule is broken by', () => {
  test.each([
    ['a function importing its own files', 'functions/agent/poll/handler.ts', './environment.ts'],
    ['a function importing an adapter', 'functions/agent/poll/handler.ts', '../../../lib/aws/dynamodb.ts'],
    ['an adapter importing a port', 'lib/aws/device-store.ts', '../devices/ports.ts'],
    ['the stack importing an environment', 'infra/functions/agent.ts', '../../functions/agent/poll/environment.ts'],
    ['the stack importing the event types', 'infra/functions/events.ts', '../../lib/alerts/rules.ts'],
    ['a test importing what is under the AGPL', 'test/unit/x.test.ts', '@cloud-copilot/iam-simulate'],
    ['the agent importing the contract', 'agent/server.ts', '../lib/api/client.ts'],
  ])('%s', (_what, file, specifier) => {
    expect(isAllowed({ file, specifier })).toBe(true);
  });
});

test('imports of every form are seen, and comments and strings are not imports', () => {
  const source = `
    /** import { a } from 'in-a-comment'; */
    import { a } from 'named';
    import type { B } from 'a-type';
    import {
      c, // it's a comment with a quote
      d,
    } from "over-lines";
    import 'for-its-effects';
    export * from 'exported';
    // import 'commented-out';
    const e = await import('later');
    const f = require('required');
    const h = key === 'from' || key === 'import';
    const url = 'http://not.a.comment'; const g = await import('after-a-url');
  `;
  expect(specifiersIn(source)).toEqual([
    'named',
    'a-type',
    'over-lines',
    'for-its-effects',
    'exported',
    'later',
    'required',
    'after-a-url',
  ]);
});
