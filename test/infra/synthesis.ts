/** The synthesized stack, once for all tests, and ways to ask it questions. */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { inject } from 'vitest';
import { bundleFunctions } from '../../infra/bundle.ts';
import { type Config, parseConfig } from '../../infra/config.ts';
import { bundleConsole } from '../../infra/console-bundle.ts';
import { CONTEXT } from '../../infra/context.ts';
import { checkWithNag } from '../../infra/nag.ts';
import { RemoteAssistStack } from '../../infra/stack.ts';
import { RULES_FILE } from '../../lib/admins/rules.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template may hold anything.
export type Properties = Record<string, any>;
export type Resource = { readonly id: string; readonly path: string; readonly properties: Properties };

const ADMINS = { issuer: 'https://login.test', audience: 'remote-assist' };

/** With everything that a stage may leave out, so that the rules are asked of all there is. */
const EVERYTHING = {
  auditExport: 'cloudWatchLogs',
  alertEmails: ['helpdesk@example.com'],
  operationsEmails: ['operations@example.com'],
};

export const testConfig = (stage = 'test', values: Record<string, unknown> = {}): Config =>
  parseConfig(stage, { [stage]: { oidc: ADMINS, ...EVERYTHING, ...values } });

bundleFunctions();
bundleConsole();

/** A stack of its own, for a test that changes it. */
export const buildStack = (config: Config = testConfig()): { app: App; stack: RemoteAssistStack } => {
  const outdir = mkdtempSync(join(inject('synthesisFolder'), 'cdk.out-'));
  const app = new App({ outdir, analyticsReporting: false, context: CONTEXT });
  checkWithNag(app);
  return { app, stack: new RemoteAssistStack(app, config) };
};

type Built = ReturnType<typeof buildStack>;

/** Where the code of each function lies that the stack has, by their names. */
export const assetFolders = ({ app, stack }: Built = standard()): Map<string, string> => {
  const found = Template.fromStack(stack).findResources('AWS::Lambda::Function');
  return new Map(
    Object.values(found).map(({ Metadata }) => [
      String(Metadata?.['aws:cdk:path']).split('/')[1] ?? '',
      join(app.outdir, String(Metadata?.['aws:asset:path'])),
    ]),
  );
};

/** What the stack puts beside the bundles of its functions for admins, by their names. */
export const rulesBesideBundles = (built: Built): Map<string, unknown> =>
  new Map(
    [...assetFolders(built)]
      .map(([name, folder]): [string, string] => [name, join(folder, RULES_FILE)])
      .filter(([, file]) => existsSync(file))
      .map(([name, file]) => [name, JSON.parse(readFileSync(file, 'utf8'))]),
  );

let built: Built | undefined;
let cached: Template | undefined;

/** A stage that protects its data. */
const standard = (): Built => {
  built ??= buildStack();
  return built;
};

/** The template of a stage that protects its data. */
export const template = (): Template => {
  cached ??= Template.fromStack(standard().stack);
  return cached;
};

/** All resources of a type. */
export const resources = (type: string, from: Template = template()): Resource[] =>
  Object.entries(from.findResources(type)).map(([id, resource]) => ({
    id,
    path: resource['Metadata']?.['aws:cdk:path'],
    properties: resource['Properties'] ?? {},
  }));

/** The name of the function that a resource is or belongs to: `agent-poll` of `remote-assist-test/agent-poll/Role`. */
export const functionName = ({ path }: Resource): string => path.split('/')[1] ?? '';

/** The logical id in `{ Ref }` or `{ 'Fn::GetAtt': [id, …] }`. */
export const target = (value: unknown): string | undefined => {
  const { Ref, 'Fn::GetAtt': attribute } = (value ?? {}) as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  return Ref ?? attribute?.[0];
};

/** A value with its intrinsic functions written out as text: `arn:${AWS::Partition}:sqs:…`. */
export const asText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Properties;
  if (Ref) return `\${${Ref}}`;
  if (attribute) return `\${${attribute.join('.')}}`;
  if (join) return join[1].map(asText).join(join[0]);
  return JSON.stringify(value);
};
