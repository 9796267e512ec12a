/** Writes the fixture stack as `cdk synth` would, and starts the local stack on it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../../local/stack.ts';
import { type FixtureFunction, FUNCTION_CODE } from './fixture-functions.ts';
import { fixtureTemplate } from './fixture-template.ts';

export type Fixture = {
  assemblyDir: string;
  dataDir: string;
  /** Every event that the function got, oldest first. */
  // biome-ignore lint/suspicious/noExplicitAny: events of many kinds, looked into by assertions.
  recorded(name: FixtureFunction): { at: number; event: any }[];
  control(name: FixtureFunction, how: { failAll?: boolean; failKeys?: string[]; delayMs?: number }): void;
  /** Changes the template before the next start. */
  // biome-ignore lint/suspicious/noExplicitAny: a template is whatever the test makes of it.
  edit(change: (resources: Record<string, any>) => void): void;
  start(options?: Partial<LocalStackOptions>): Promise<LocalStack>;
  remove(): void;
};

const write = (path: string, value: unknown): void => writeFileSync(path, JSON.stringify(value));

/** A fixture in a folder of its own. */
export const createFixture = (): Fixture => {
  const root = mkdtempSync(join(tmpdir(), 'local-stack-'));
  const assemblyDir = join(root, 'assembly');
  const dataDir = join(root, 'data');
  const recordFile = (name: string) => join(root, `${name}.jsonl`);
  const controlFile = (name: string) => join(root, `${name}.json`);
  const files: Record<string, unknown> = {};
  mkdirSync(assemblyDir);
  for (const [name, code] of Object.entries(FUNCTION_CODE)) {
    mkdirSync(join(assemblyDir, `asset.${name}`));
    writeFileSync(join(assemblyDir, `asset.${name}`, 'index.js'), code);
    files[name] = {
      source: { path: `asset.${name}`, packaging: 'zip' },
      destinations: { current: { objectKey: `${name}.zip` } },
    };
  }
  // As in a repository of ES modules: the bundles are CommonJS all the same.
  write(join(assemblyDir, 'package.json'), { type: 'module' });
  write(join(assemblyDir, 'Fixture.assets.json'), { files });
  write(join(assemblyDir, 'manifest.json'), {
    artifacts: {
      'Fixture.assets': { type: 'cdk:asset-manifest', properties: { file: 'Fixture.assets.json' } },
      Fixture: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Fixture.template.json' } },
    },
  });
  const template = fixtureTemplate((name) => ({ RECORD_FILE: recordFile(name), CONTROL_FILE: controlFile(name) }));
  const save = () => write(join(assemblyDir, 'Fixture.template.json'), template);
  save();
  return {
    assemblyDir,
    dataDir,
    recorded: (name) => {
      try {
        const lines = readFileSync(recordFile(name), 'utf8').trimEnd().split('\n');
        return lines.map((line) => JSON.parse(line));
      } catch {
        return [];
      }
    },
    control: (name, how) => write(controlFile(name), how),
    edit: (change) => {
      change(template.Resources);
      save();
    },
    start: (options) =>
      startLocalStack({ assemblyDir, dataDir, port: 0, schedules: false, firstRetryMs: 10, ...options }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};
