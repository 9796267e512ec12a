/**
 * The agent's processes in a company's network: the server can be reached through a proxy with a password alone, by a name
 * that only the proxy knows, and its certificate is of the company's own CA.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { issue } from '../../support/certificates.ts';
import { CompanyProxy } from '../../support/company-proxy.ts';
import { build, FakeServer, removeBuilt, startWith } from './command.ts';

const NAME = 'api.corp.example';
const API = `https://${NAME}`;
const PASSWORD = 'p%40ss';
const at = '2026-01-01T00:00:00Z';
const device = { id: 'dev_1', name: 'PC', platform: 'linux', agentVersion: '1', groupIds: [], enrolledAt: at };

const ca = issue({ subject: 'Company CA' });
let dir: string;
let server: FakeServer;
let proxy: CompanyProxy;
let state: string;

beforeAll(build);
afterAll(removeBuilt);
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'company-'));
  state = join(dir, 'state');
  writeFileSync(join(dir, 'ca.pem'), ca.cert);
  writeFileSync(join(dir, 'ca.cer'), ca.der);
  server = await new FakeServer(issue({ subject: NAME, issuer: ca, hosts: [NAME] })).listen();
  server.routes = {
    'POST /v1/enrollments': () => ({ status: 201, body: { deviceId: 'dev_1', deviceToken: 'rad_T', device } }),
    'POST /v1/agent/poll': () => ({ status: 204, headers: { 'retry-after': '60' } }),
  };
  proxy = await new CompanyProxy({
    credentials: 'CORP\\ann:p@ss',
    hosts: { [`${NAME}:443`]: server.port },
  }).listen();
});
afterEach(async () => {
  await proxy.close();
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});
vi.setConfig({ testTimeout: 60_000 });

/** None of what the machine that tests has in its environment. */
const NO_NETWORK = Object.fromEntries(
  ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'NO_PROXY', 'no_proxy', 'NODE_EXTRA_CA_CERTS'].map(
    (name) => [name, ''],
  ),
);
const addressOf = (password = PASSWORD) => `http://CORP%5Cann:${password}@127.0.0.1:${proxy.port}`;
const run = (env: Record<string, string>, ...args: string[]) =>
  startWith({ ...NO_NETWORK, ...env }, ...args, '--state-dir', state).ended;
const enroll = (env: Record<string, string>, ...args: string[]) =>
  run(env, 'enroll', '--api', API, '--enrollment-token', 'rae_T', ...args);
const poll = (env: Record<string, string> = {}) => run(env, 'run', '--once', '--dry-run');

describe('by the environment', () => {
  const environment = () => ({ HTTPS_PROXY: addressOf(), NODE_EXTRA_CA_CERTS: join(dir, 'ca.pem') });

  test('HTTPS_PROXY and NODE_EXTRA_CA_CERTS are enough', async () => {
    expect(await enroll(environment())).toEqual({ code: 0, stdout: 'dev_1\n', stderr: '' });
    expect(await poll(environment())).toMatchObject({ code: 0 });
    expect(proxy.asked.map(({ target }) => target)).toEqual([`${NAME}:443`, `${NAME}:443`]);
    // Nothing of that is kept: it is the environment's to say.
    expect(readdirSync(state)).not.toContain('network.json');
  });

  test('a password that is wrong, and a CA that is missing, are told as that', async () => {
    await enroll(environment());
    const refused = await poll({ ...environment(), HTTPS_PROXY: addressOf('wr0ng') });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('407 Proxy Authentication Required') });
    expect(refused.stderr).not.toContain('wr0ng');
    const untrusted = await poll({ HTTPS_PROXY: addressOf() });
    expect(untrusted).toMatchObject({ code: 1, stderr: expect.stringContaining('"Company CA" issued') });
  });

  test('NO_PROXY leads past the proxy', async () => {
    const { code, stderr } = await enroll({ ...environment(), NO_PROXY: '.corp.example' });
    expect({ code, asked: proxy.asked }).toEqual({ code: 1, asked: [] });
    expect(stderr).toContain(`No connection to ${NAME}:443: getaddrinfo`);
  });

  test.runIf(process.platform === 'linux')('what the system trusts is trusted', async () => {
    const env = { HTTPS_PROXY: addressOf(), SSL_CERT_FILE: join(dir, 'ca.pem') };
    expect(await enroll(env)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('by options', () => {
  const options = (ca = 'ca.pem') => ['--proxy', addressOf(), '--ca-file', join(dir, ca)];

  test.each(['ca.pem', 'ca.cer'])('enrolling keeps them for the agent, with a copy of %s', async (name) => {
    expect(await enroll({}, ...options(name))).toMatchObject({ code: 0, stderr: '' });
    rmSync(join(dir, name));
    const polled = await poll();
    expect(polled).toMatchObject({ code: 0 });
    expect(polled.stderr).toContain(`"proxy":"http://127.0.0.1:${proxy.port}"`);
    expect(polled.stderr).not.toContain(PASSWORD);
    expect(statSync(join(state, 'network.json')).mode & 0o777).toBe(0o600);
    const status = await run({}, 'status');
    expect(status.stdout).toContain(`Reaches the server through the proxy http://127.0.0.1:${proxy.port}\n`);
    expect(status.stdout).toContain(`Trusts the certificates in ${join(state, 'company-ca.pem')} too\n`);
    expect(status.stdout).not.toContain(PASSWORD);
  });

  test('that cannot be used change nothing of what is kept', async () => {
    await enroll({}, ...options());
    const kept = readFileSync(join(state, 'network.json'), 'utf8');
    writeFileSync(join(dir, 'empty.pem'), 'nothing');
    for (const [code, ...wrong] of [
      [2, '--proxy', 'socks5://proxy:1080'],
      [2, '--proxy', 'http://CORP\\ann:s3cret@proxy:8080'],
      [1, '--ca-file', join(dir, 'empty.pem')],
      [1, '--ca-file', join(dir, 'missing.pem')],
      // Refused, since it is enrolled.
      [1, '--proxy', 'none'],
    ] as const) {
      const ended = await enroll({}, ...(code === 1 && wrong[0] === '--ca-file' ? ['--force'] : []), ...wrong);
      expect(ended, wrong.join(' ')).toMatchObject({ code, stdout: '' });
      expect(ended.stderr).not.toContain('s3cret');
    }
    expect(readFileSync(join(state, 'network.json'), 'utf8')).toBe(kept);
    expect(await poll()).toMatchObject({ code: 0 });
  });

  test('for one command are used for that one', async () => {
    await enroll({}, ...options());
    const { code, stderr } = await run({}, 'run', '--once', '--dry-run', '--proxy', 'none');
    expect(code).toBe(1);
    expect(stderr).toContain(`No connection to ${NAME}:443`);
    expect(await poll()).toMatchObject({ code: 0 });
  });
});

describe('installing', () => {
  const plan = async (env: Record<string, string>, ...args: string[]) =>
    (await run(env, 'install', '--print', ...args)).stdout;

  test('takes what the environment has along for the service, and shows no password', async () => {
    const env = { HTTPS_PROXY: addressOf(), NO_PROXY: '.local', NODE_EXTRA_CA_CERTS: join(dir, 'ca.pem') };
    const steps = await plan(env);
    expect(steps).toContain(
      `write ${join(state, 'company-ca.pem')}, for this account alone: the certificates of ${join(dir, 'ca.pem')} (NODE_EXTRA_CA_CERTS)\n` +
        `write ${join(state, 'network.json')}, for this account alone: the proxy http://127.0.0.1:${proxy.port} with a user and a password (HTTPS_PROXY), and none for .local\n`,
    );
    expect(steps).not.toContain(PASSWORD);
    expect(existsSync(state)).toBe(false);
  });

  test('takes options before that', async () => {
    const steps = await plan({ HTTPS_PROXY: addressOf() }, '--proxy', 'none');
    expect(steps).toContain(`write ${join(state, 'network.json')}, for this account alone: no proxy (--proxy)\n`);
  });

  test('leaves what is kept as it is where nothing is said', async () => {
    await enroll({}, '--proxy', addressOf(), '--ca-file', join(dir, 'ca.pem'));
    const env = { HTTPS_PROXY: 'http://other:1', NODE_EXTRA_CA_CERTS: join(dir, 'ca.pem') };
    for (const steps of [await plan({}), await plan(env)]) expect(steps).not.toContain('network.json');
  });

  test('refuses in words what cannot be used', async () => {
    const socks = await run({ HTTPS_PROXY: 'socks5://proxy:1080' }, 'install', '--print');
    expect(socks).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('that HTTPS_PROXY names is of the kind socks5'),
    });
  });
});
