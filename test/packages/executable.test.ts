/** The single executable, as a process: it polls with the options that it carries, and nothing of the machine's changes them. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { VERSION } from '../../agent/package/project.ts';
import { FakeServer } from '../unit/agent/command.ts';
import { built } from './packages.ts';

const { path: program, missing } = built('executable');

/** It would end any Node before its first line. */
const HOSTILE = { NODE_OPTIONS: '--no-such-option --require /nonexistent.js' };

const run = (args: string[], env: Record<string, string> = {}, file = program) =>
  new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });

describe.skipIf(missing)('the executable', () => {
  let server: FakeServer;
  let dir: string;
  beforeEach(async () => {
    server = await new FakeServer().listen();
    dir = mkdtempSync(join(tmpdir(), 'agent-executable-'));
  });
  afterEach(async () => {
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const enrolAt = (apiUrl: string) => {
    const enrolled = { apiUrl, deviceId: 'dev_1', deviceToken: 'T', name: 'PC', enrolledAt: 0 };
    writeFileSync(join(dir, 'device.json'), JSON.stringify({ enrolled }), { mode: 0o600 });
  };

  test('polls, and ends when it is asked to, whatever NODE_OPTIONS says', async () => {
    server.routes = { 'POST /v1/agent/poll': () => ({ status: 204, headers: { 'retry-after': '1' } }) };
    enrolAt(server.url);
    const agent = spawn(program, ['run', '--state-dir', dir, '--start-within', '0', '--socket', join(dir, 'socket')], {
      stdio: 'ignore',
      env: { ...process.env, ...HOSTILE },
    });
    const ended = new Promise((resolve) => agent.on('close', resolve));
    await vi.waitUntil(() => server.count('POST /v1/agent/poll') >= 2, { timeout: 30_000 });
    agent.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('trusts the certificates that the system trusts', async () => {
    const key = join(dir, 'key.pem');
    const cert = join(dir, 'cert.pem');
    const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const subject = ['-subj', '/CN=company', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', [...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const tls = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => {
      response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    const { port } = tls.address() as AddressInfo;
    enrolAt(`https://127.0.0.1:${port}`);
    const polling = ['run', '--once', '--dry-run', '--state-dir', dir];
    const refused = await run(polling);
    const reached = await run(polling, { SSL_CERT_FILE: cert });
    tls.close();
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/certificate/) });
    expect(reached).toMatchObject({ code: 1, stderr: expect.stringContaining('503') });
  });

  test('says what it is, also where it is called by a name in the path', async () => {
    symlinkSync(program, join(dir, 'the-agent'));
    const PATH = `${dir}:${process.env['PATH']}`;
    const { status, stdout } = spawnSync('the-agent', ['status', '--json', '--state-dir', join(dir, 'none')], {
      encoding: 'utf8',
      env: { ...process.env, PATH },
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ enrolled: false, agentVersion: VERSION });
  });

  test('installs itself, and needs no Node', async () => {
    const { code, stdout } = await run(['install', '--print', '--state-dir', dir]);
    expect(code).toBe(0);
    expect(stdout).toContain(`copy ${program} to /usr/local/lib/remote-assist/remote-assist-agent\n`);
    expect(stdout).toContain('ExecStart=/usr/local/lib/remote-assist/remote-assist-agent run --state-dir ');
  });
});
