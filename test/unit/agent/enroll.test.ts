/** What `enroll` says of the PC: its serial number, where it can be read and tells this agent from others. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Context } from '../../../agent/cli/context.ts';
import { enroll } from '../../../agent/cli/enroll.ts';
import { macos } from '../../../agent/platform/macos.ts';
import { FakeServer } from './command.ts';
import { problem } from './world.ts';

const at = '2026-01-01T00:00:00Z';
const device = { id: 'dev_1', name: 'PC', platform: 'macos', agentVersion: '0.1.0', groupIds: [], enrolledAt: at };
const enrolled = { status: 201, body: { deviceId: 'dev_1', deviceToken: 'rad_SECRET', device } };

let server: FakeServer;
beforeEach(async () => {
  server = await new FakeServer().listen();
  server.routes = { 'POST /v1/enrollments': () => enrolled };
});
afterEach(() => server.close());

/** Enrols on a Mac whose `ioreg` answers so. */
const enrolOn = async (ioreg: () => Promise<string>, options: object = {}): Promise<string[]> => {
  const printed: string[] = [];
  const run = async (file: string) => (file.endsWith('/ioreg') ? ioreg() : 'Thu Jan  1 00:00:00 2026');
  const context = {
    stateDir: server.stateDir,
    hostname: 'PC',
    clock: { now: () => 0, sleep: async () => undefined },
    random: () => 0,
    platform: () => macos(run),
    print: (line: string) => printed.push(line),
  } as unknown as Context;
  await enroll(context, { api: server.url, 'enrollment-token': 'rae_T', ...options });
  return printed;
};
const sent = () => server.received.map(({ body }) => body['serialNumber']);
const ioreg = (number: string) => async () => `"IOPlatformSerialNumber" = "${number}"`;

test('sends it', async () => {
  expect(await enrolOn(ioreg('C02XYZ'))).toEqual(['dev_1']);
  expect(sent()).toEqual(['C02XYZ']);
});

test.each([
  ['is a placeholder', ioreg('Default string')],
  ['cannot be read', async () => Promise.reject(new Error('no such program'))],
])('goes without one that %s', async (_what, answer) => {
  expect(await enrolOn(answer)).toEqual(['dev_1']);
  expect(server.received.map(({ body }) => 'serialNumber' in body)).toEqual([false]);
});

test('says nothing of the PC for an agent with a directory of its own, of which a PC may have several', async () => {
  await enrolOn(ioreg('C02XYZ'), { 'state-dir': server.stateDir });
  expect(sent()).toEqual([undefined]);
});

test('passes on that another device has it', async () => {
  const { problem: body, status } = problem('already_exists');
  server.routes = { 'POST /v1/enrollments': () => ({ status, body }) };
  await expect(enrolOn(ioreg('C02XYZ'))).rejects.toMatchObject({ status: 409 });
});
