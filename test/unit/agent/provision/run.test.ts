/** `run` of an agent that is not enrolled, as a process: by `provision.json` alone it becomes a device and polls. */
import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { provisioningFile } from '../../../../agent/state/provisioning-file.ts';
import { issue } from '../../../support/certificates.ts';
import { CompanyProxy } from '../../../support/company-proxy.ts';
import { agent, build, FakeServer, removeBuilt, start, startWith } from '../command.ts';

const at = '2026-01-01T00:00:00Z';
const device = { id: 'dev_1', name: 'Kiosk', platform: 'linux', agentVersion: '1', groupIds: [], enrolledAt: at };
const ENROLL = 'POST /v1/enrollments';
const POLL = 'POST /v1/agent/poll';
const routes = {
  [ENROLL]: () => ({ status: 201, body: { deviceId: 'dev_1', deviceToken: 'rad_T', device } }),
  [POLL]: () => ({ status: 204, headers: { 'retry-after': '60' } }),
};

let server: FakeServer;
let state: string;
let file: string;

beforeAll(build);
afterAll(removeBuilt);
beforeEach(async () => {
  server = await new FakeServer().listen();
  server.routes = routes;
  state = join(server.stateDir, 'state');
  file = join(state, 'provision.json');
  mkdirSync(state, { mode: 0o700 });
});
afterEach(() => server.close());
vi.setConfig({ testTimeout: 60_000 });

const lay = (more: object = {}, path = file): void => {
  writeFileSync(path, JSON.stringify({ api: server.url, enrollmentToken: 'rae_SECRET', ...more }), { mode: 0o600 });
};
const once = () => agent('run', '--once', '--dry-run', '--state-dir', state);
const status = async () => JSON.parse((await agent('status', '--json', '--state-dir', state)).stdout);
const content = () => JSON.parse(readFileSync(file, 'utf8'));

describe.runIf(process.getuid?.() === 0)('laid there by root', () => {
  test('it is enrolled, the token is removed, and it polls', async () => {
    lay({ name: 'Kiosk' });
    const { code, stderr } = await once();
    expect({ code, content: content() }).toEqual({ code: 0, content: { api: server.url, name: 'Kiosk' } });
    expect(server.received[0]?.body).toMatchObject({ enrollmentToken: 'rae_SECRET', name: 'Kiosk' });
    expect(server.count(POLL)).toBe(1);
    expect(stderr).not.toContain('SECRET');
    expect(await status()).toMatchObject({ enrolled: true, deviceId: 'dev_1' });
    expect(await status()).not.toHaveProperty('provisioning');
  });

  test('once enrolled it is ignored', async () => {
    lay();
    await once();
    lay({ api: 'https://elsewhere.example' });
    expect(await once()).toMatchObject({ code: 0 });
    expect([server.count(ENROLL), content().enrollmentToken]).toEqual([1, 'rae_SECRET']);
  });

  test('a disk that was copied with another PC’s state becomes a device of its own', async () => {
    lay();
    await once();
    const path = join(state, 'device.json');
    const copied = JSON.parse(readFileSync(path, 'utf8'));
    copied.enrolled.machine = { installation: 'of-another-machine', hardware: 'of-another-machine' };
    writeFileSync(path, JSON.stringify(copied));
    rmSync(file);
    expect(await once()).toMatchObject({ code: 1, stderr: expect.stringContaining('made on another machine') });
    const before = server.count(POLL);
    lay({ name: 'Kiosk 2' });
    server.routes = {
      ...routes,
      [ENROLL]: () => ({ status: 201, body: { deviceId: 'dev_2', deviceToken: 'rad_2', device } }),
    };
    expect(await once()).toMatchObject({ code: 0 });
    expect([server.count(ENROLL), server.count(POLL) - before, content().enrollmentToken]).toEqual([2, 1, undefined]);
    expect(await status()).toMatchObject({ deviceId: 'dev_2' });
  });

  test('a token that a process left there that was killed is removed by the next', async () => {
    lay();
    await once();
    lay();
    await provisioningFile(state).write({ current: { file, problem: undefined, triedAt: 0, nextTryAt: undefined } });
    expect(await once()).toMatchObject({ code: 0 });
    expect(content()).toEqual({ api: server.url });
  });

  test('what is wrong is said by the log and by `status`, and a PC goes on trying', async () => {
    lay();
    server.routes = { ...routes, [ENROLL]: () => ({ status: 503, body: { message: 'Service Unavailable' } }) };
    const log = join(server.stateDir, 'agent.log');
    const running = start('run', '--dry-run', '--log-file', log, '--state-dir', state);
    await vi.waitFor(async () => expect((await status()).provisioning?.problem).toContain('HTTP 503'), {
      timeout: 30_000,
    });
    const { enrolled, provisioning } = await status();
    expect({ enrolled, file: provisioning.file }).toEqual({ enrolled: false, file });
    expect(Date.parse(provisioning.nextTryAt)).toBeGreaterThan(Date.parse(provisioning.triedAt));
    const shown = await agent('status', '--state-dir', state);
    expect(shown.stdout).toContain(`It cannot enrol itself from ${file} yet: HTTP 503`);
    expect(readFileSync(log, 'utf8')).toContain('"message":"not enrolled yet"');
    // Somebody who enrols it by hand meanwhile is told who is in the way.
    const byHand = await agent('enroll', '--api', server.url, '--enrollment-token', 'T', '--state-dir', state);
    expect(byHand).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`from ${file}: see "status", or stop it`),
    });
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(await agent('enroll', '--api', server.url, '--enrollment-token', 'T', '--state-dir', state)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('HTTP 503'),
    });
  });

  test.each<[string, () => void, string]>([
    ['in a folder that everybody can write', () => chmodSync(state, 0o777), 'Other accounts can change'],
    ['that a group can write', () => chmodSync(file, 0o620), `Others than root can change`],
    [
      'that is a link',
      () => {
        renameSync(file, join(server.stateDir, 'elsewhere.json'));
        symlinkSync(join(server.stateDir, 'elsewhere.json'), file);
      },
      'is a link',
    ],
    ['with http to somewhere', () => lay({ api: 'http://api.example.com' }), 'api must be an https URL'],
  ])('a file %s is not believed, however often it is looked at', async (_, spoil, why) => {
    lay();
    spoil();
    for (let time = 0; time < 2; time++) {
      expect(await once()).toMatchObject({ code: 1, stderr: expect.stringContaining(why) });
    }
    expect(server.received).toEqual([]);
  });

  test('the proxy and the CA that it names are kept for the device that this becomes', async () => {
    const ca = issue({ subject: 'Company CA' });
    const name = 'api.corp.example';
    const company = await new FakeServer(issue({ subject: name, issuer: ca, hosts: [name] })).listen();
    company.routes = routes;
    const proxy = await new CompanyProxy({ credentials: 'a:b', hosts: { [`${name}:443`]: company.port } }).listen();
    writeFileSync(join(state, 'ca.pem'), ca.cert);
    lay({ api: `https://${name}`, proxy: `http://a:b@127.0.0.1:${proxy.port}`, caFile: 'ca.pem' });
    const env = { HTTPS_PROXY: '', https_proxy: '', NODE_EXTRA_CA_CERTS: '' };
    const run = () => startWith(env, 'run', '--once', '--dry-run', '--state-dir', state).ended;
    const first = await run();
    // What the file says is not looked at again.
    lay({ api: 'https://elsewhere.example' });
    const second = await run();
    await proxy.close();
    await company.close();
    expect([first.code, second.code, company.count(POLL)]).toEqual([0, 0, 2]);
    expect(proxy.asked.length).toBeGreaterThanOrEqual(2);
  });
});

test('a file of an ordinary account is not believed', async () => {
  lay();
  if (process.getuid?.() === 0) chownSync(file, 12_345, 12_345);
  expect(await once()).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/and not to root|belongs to the account 12345/),
  });
  expect(server.received).toEqual([]);
});

test('without a file it says how a device is enrolled', async () => {
  expect(await once()).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`run "enroll" first, or put ${file}`),
  });
});
