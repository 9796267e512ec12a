/** The smoke test itself: that it passes where all works, fails where something does not, and leaves nothing behind. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { listDevices } from '../../../lib/api/devices.ts';
import { runSmoke } from '../../smoke/smoke.ts';
import { openProxy, type Tamper } from '../support/proxy.ts';
import { stackUrl, token } from '../support/stack.ts';
import { productAt } from './product.ts';

const product = productAt(stackUrl());

const open: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(open.map((proxy) => proxy.close())));

/** The smoke test on the shared stack, through a door that may tamper; with what it told. */
const smoke = async ({
  tamper,
  interruptAt,
  ...options
}: {
  tamper?: Tamper;
  api?: string;
  token?: string;
  patienceMs?: number;
  interruptAt?: RegExp;
} = {}) => {
  let api = options.api ?? stackUrl();
  if (tamper) {
    const proxy = await openProxy(api, tamper);
    open.push(proxy);
    api = proxy.url;
  }
  const interruption = new AbortController();
  let told = '';
  const write = (text: string): void => {
    told += text;
    if (interruptAt?.test(text)) interruption.abort();
  };
  const admin = options.token ?? (await token(['admin']));
  const works = await runSmoke(
    { api, token: admin, patienceMs: options.patienceMs ?? 20_000 },
    write,
    interruption.signal,
  );
  return { works, told, name: /smoke-test-\w+/.exec(told)?.[0] ?? '' };
};

const devicesNamed = async (name: string) =>
  (await (await product.admin('viewer'))(listDevices, { query: { namePrefix: name } })).body.items;

describe.concurrent('the smoke test', () => {
  it('passes by its command line, tells each step, and leaves no device', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['test/smoke/main.ts', '--api', stackUrl()], {
      env: { ...process.env, REMOTE_ASSIST_TOKEN: await token(['admin']) },
    });
    const steps = [
      'The API answers',
      'A test device enrols',
      'The admins are alerted',
      'The agent hears of it by polling',
      'The person consents',
      'The alert resolves by itself',
      'The agent acknowledges, and is told yes',
      'Back with another boot id, the restart is proved',
      'The job is completed',
      'The device’s timeline tells all of it',
      'The test device is retired',
    ];
    for (const step of steps) expect(stdout).toMatch(new RegExp(`${step} +\\d+\\.\\d\\d s  ok`));
    expect(stdout).toContain('All of it works');
    expect(stdout).not.toContain('rustdesk://');
    expect(await devicesNamed(/smoke-test-\w+/.exec(stdout)?.[0] ?? 'none')).toEqual([]);
  });

  it('fails with 1 where nothing answers, and says so', async () => {
    const proxy = await openProxy(stackUrl(), () => undefined);
    await proxy.close();
    const run = promisify(execFile)(process.execPath, ['test/smoke/main.ts', '--api', proxy.url, '--token', 'x']);
    await expect(run).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/The API answers .*FAILED.*ECONNREFUSED.*can this machine reach it\?/s),
    });
  });

  it.each([
    ['is none', 'nonsense', /The token is taken .*FAILED.*HTTP 401.*not expired\?/s],
    ['lacks the role', undefined, /makes an enrolment token .*FAILED.*forbidden.*has not the role admin/s],
  ])('fails where the token %s, before it makes anything', async (_what, given, message) => {
    const { works, told, name } = await smoke({ token: given ?? (await token(['operator'])) });
    expect(works).toBe(false);
    expect(told).toMatch(message);
    expect(await devicesNamed(name)).toEqual([]);
  });

  it('fails where a task is never delivered, and retires the device', async () => {
    const { works, told, name } = await smoke({
      // An hour is longer than any patience, so that the test need not wait for its end.
      tamper: ({ path, status, body }) =>
        path === '/v1/agent/poll' && body.includes('"tasks":[{')
          ? { status: 204, body: '', retryAfter: 3600 }
          : { status, body },
    });
    expect(works).toBe(false);
    expect(told).toMatch(/The agent polls, and gets the task .*FAILED.*a poll that brings the task: not so within/s);
    expect(told).toMatch(/The test device is retired .*ok/);
    expect(await devicesNamed(name)).toEqual([]);
  });

  it('fails where alerts are not told, and says what it could not take away', async () => {
    const { works, told } = await smoke({
      patienceMs: 500,
      tamper: ({ method, path, status, body }) => {
        if (path.startsWith('/v1/alerts')) return { status: 200, body: '{"items":[]}' };
        const refused = method === 'DELETE' && path.startsWith('/v1/devices/');
        return refused ? { status: 503, body: '{"message":"Service Unavailable"}' } : { status, body };
      },
    });
    expect(works).toBe(false);
    expect(told).toMatch(/The admins are alerted .*FAILED.*HTTP 503.*Left behind: dev_\w+ the device smoke-test-/s);
  });

  it('fails where the deployment lacks an operation', async () => {
    const { works, told } = await smoke({
      tamper: ({ path, status, body }) => ({
        status,
        body: path === '/v1/openapi.json' ? body.replaceAll('"/v1/restart-jobs"', '"/v0/restart-jobs"') : body,
      }),
    });
    expect(works).toBe(false);
    expect(told).toContain('The deployment lacks POST /v1/restart-jobs, GET /v1/restart-jobs');
  });

  it('finds and retires a device whose enrolment was not answered', async () => {
    let enrolled = '';
    const { works, told, name } = await smoke({
      tamper: ({ path, status, body }) => {
        if (path !== '/v1/enrollments') return { status, body };
        enrolled = body;
        return undefined;
      },
    });
    expect(works).toBe(false);
    expect(JSON.parse(enrolled).device.name).toBe(name);
    expect(told).toMatch(/The test device is retired .*ok/);
    expect(await devicesNamed(name)).toEqual([]);
  });

  it('retires the device when it is interrupted', async () => {
    const { works, told, name } = await smoke({ interruptAt: /Somebody at it asks for help/ });
    expect(works).toBe(false);
    expect(told).toMatch(/It was interrupted\..*The test device is retired .*ok/s);
    expect(await devicesNamed(name)).toEqual([]);
  });
});
