/** The built single file, as a process: it needs nothing beside it, knows its version, and says when Node is too old. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const NODE = join(ROOT, 'node_modules/node/bin/node');
let dir: string;
let program: string;

const run = (args: string[], before: string[] = []) => {
  const { status, stdout, stderr } = spawnSync(NODE, [...before, program, ...args], { cwd: dir, encoding: 'utf8' });
  return { code: status, stdout, stderr };
};

// Starts processes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'agent-built-'));
  program = join(dir, 'remote-assist-agent.cjs');
  execFileSync(NODE, [join(ROOT, 'agent/package/main.ts'), '--output', program]);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('runs alone, and has the version of the package', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { code, stdout, stderr } = run(['status', '--json', '--state-dir', join(dir, 'state')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ enrolled: false, agentVersion: version });
});

test('carries its own licence and those of what is bundled with it', () => {
  const text = readFileSync(program, 'utf8');
  expect(text).toContain('Apache License');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/zod/package.json'), 'utf8'));
  expect(text).toContain(`// zod ${version}`);
  expect(text).toMatch(/\/\/ Copyright \(c\) \d+ Colin McDonnell/);
});

test('does what the sources do', () => {
  const source = spawnSync(NODE, [join(ROOT, 'agent/main.ts'), '--help'], { encoding: 'utf8' });
  expect(source).toMatchObject({ status: 0, stderr: '' });
  expect(run(['--help'])).toEqual({ code: 0, stdout: source.stdout, stderr: '' });
});

test('loads nothing but Node’s own modules', () => {
  const modules = [...readFileSync(program, 'utf8').matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
  expect(modules.length).toBeGreaterThan(5);
  for (const name of modules) expect(name).toMatch(/^node:/);
});

test('says that Node is too old before anything else', () => {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '20.19.0' });`;
  const preload = `data:text/javascript,${encodeURIComponent(pretend)}`;
  const { code, stdout, stderr } = run(['--help'], ['--import', preload]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^The remote-assist agent needs Node 22 or later; this is 20\.19\.0 /);
});

test('install --print shows the steps and does none', () => {
  const { code, stdout, stderr } = run(['install', '--print', '--state-dir', join(dir, 'state')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`copy ${program} to `);
  expect(stdout).toContain(`--state-dir ${join(dir, 'state')} --log-file `);
  expect(run(['uninstall', '--print'])).toMatchObject({ code: 0 });
  expect(readdirSync(dir)).toEqual(['remote-assist-agent.cjs']);
});

test('a service without enrolment says so in its log', () => {
  const log = join(dir, 'logs/agent.log');
  const { code, stderr } = run(['run', '--state-dir', join(dir, 'none'), '--log-file', log]);
  expect(code).toBe(1);
  expect(stderr).toContain('enroll');
  expect(JSON.parse(readFileSync(log, 'utf8'))).toMatchObject({ message: 'agent ended' });
  expect(run(['run', '--log-max-mb', '0']).code).toBe(2);
});
