/** A person's request for help through the agent's own code on the local stack: how each story ends, as they are told it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type AskConsent, beforehand, nobody } from '../../../agent/assistance/consent.ts';
import { follow } from '../../../agent/assistance/follow.ts';
import { requestHelp } from '../../../agent/assistance/request.ts';
import { systemClock } from '../../../agent/clock.ts';
import { Accounts } from '../../../agent/local/accounts.ts';
import { Gate } from '../../../agent/local/gate.ts';
import { Limits } from '../../../agent/local/limits.ts';
import { listen } from '../../../agent/local/listener.ts';
import { throughAgent } from '../../../agent/local/through-agent.ts';
import { createSender } from '../../../agent/network/sender.ts';
import { Trust } from '../../../agent/network/trust.ts';
import { type AssistanceServer, createServer } from '../../../agent/server.ts';
import { askedFile } from '../../../agent/state/asked-file.ts';
import { requestFile } from '../../../agent/state/request-file.ts';
import {
  approveAssistanceRequest,
  declineAssistanceRequest,
  endAssistance,
  getAssistanceRequest,
} from '../../../lib/api/assistance.ts';
import { stackUrl } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { productAt, type TestDevice } from './product.ts';

const product = productAt(stackUrl());
const root = mkdtempSync(join(tmpdir(), 'agent-assistance-'));
const stops: (() => void)[] = [];
const send = createSender({ proxy: undefined, trust: new Trust() });
afterAll(() => {
  for (const stop of stops) stop();
  rmSync(root, { recursive: true, force: true });
});

/** Looks more often than a person needs. */
const clock = { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 60, signal) };

/** A PC, and the person at it with a directory of their own. */
const pcOf = (device: TestDevice, name: string, server?: AssistanceServer) => {
  const own = createServer(stackUrl(), { tokens: async () => [device.token], worked: async () => undefined }, send);
  const stateDir = mkdtempSync(join(root, `${name}-`));
  const file = requestFile(stateDir);
  const told: string[] = [];
  const stop = new AbortController();
  const ports = { server: server ?? own, file, clock, random: Math.random, deviceId: device.id };
  return {
    ...{ own, stateDir, told, stop },
    ask: async (message = 'It broke') => (await requestHelp(ports, { message, requester: { name: name } })).request.id,
    follow: (id: string, ask: AskConsent, consentWithinMs = 60_000) => {
      const tell = (words: string) => void told.push(words);
      return follow({ ...ports, tell, ask, openLink: async () => true }, id, { consentWithinMs, stop: stop.signal });
    },
  };
};

const stateOf = async (id: string) =>
  (await (await product.admin('viewer'))(getAssistanceRequest, { params: { id } })).body;

const approve = async (id: string) =>
  (await product.admin('helpdesk', 'grace'))(approveAssistanceRequest, { params: { id }, body: {} });

describe('through the agent, a request for help', () => {
  it('is withdrawn by the person who no longer needs it', async () => {
    const pc = pcOf(await product.enroll(), 'Ada');
    const id = await pc.ask();
    const following = pc.follow(id, nobody);
    await until(() => pc.told.includes('Waiting for an admin.'));
    pc.stop.abort();
    expect(await following).toMatchObject({ state: 'withdrawn' });
    expect(await stateOf(id)).toMatchObject({ state: 'withdrawn' });
    expect(pc.told.at(-1)).toBe('The request was taken back.');
  });

  it('connects with a yes, and the person sees who ended it', async () => {
    const pc = pcOf(await product.enroll(), 'Ada');
    const id = await pc.ask();
    const following = pc.follow(id, beforehand(true));
    await approve(id);
    await until(async () => (await stateOf(id)).state === 'connected');
    await (await product.admin('helpdesk'))(endAssistance, { params: { id } });
    expect(await following).toMatchObject({ state: 'ended' });
    expect(pc.told.slice(-2)).toEqual([
      'grace is connected to this PC. Ctrl-C ends the session.',
      'Ended by the admin. If RustDesk still shows a connection, close it in its window.',
    ]);
    expect(await stateOf(id)).toMatchObject({ endReason: 'adminEnded' });
  });

  it('is refused when nobody answers, and ended by the person when they stop', async () => {
    const device = await product.enroll();
    const silent = pcOf(device, 'Ada');
    const first = await silent.ask();
    await approve(first);
    expect(await silent.follow(first, nobody, 0)).toMatchObject({ state: 'refused' });
    expect(await stateOf(first)).toMatchObject({ state: 'refused' });

    const pc = pcOf(device, 'Ada');
    const second = await pc.ask();
    const following = pc.follow(second, beforehand(true));
    await approve(second);
    await until(() => pc.told.some((words) => words.startsWith('grace is connected')));
    pc.stop.abort();
    expect(await following).toMatchObject({ state: 'ended' });
    expect(await stateOf(second)).toMatchObject({ state: 'ended', endReason: 'userEnded' });
  });

  it('that is open already is found, and followed, by a device that lost what it knew of it too', async () => {
    const device = await product.enroll();
    const id = await pcOf(device, 'Ada').ask();
    const after = pcOf(device, 'Ada');
    expect(await after.ask('Something else')).toBe(id);
    const following = after.follow(id, nobody);
    const helpdesk = await product.admin('helpdesk');
    await helpdesk(declineAssistanceRequest, { params: { id }, body: { reason: 'Call the desk' } });
    expect(await following).toMatchObject({ state: 'declined' });
    expect(after.told.at(-1)).toBe('Declined: Call the desk');
  });

  it('is made by an account without the credential, and is nobody else’s there', async () => {
    const device = await product.enroll();
    const pc = pcOf(device, 'root');
    const gate = new Gate({
      server: pc.own,
      own: requestFile(pc.stateDir),
      file: askedFile(pc.stateDir),
      platform: { rustdeskId: async () => '123456789' },
      clock,
      accounts: new Accounts(async () => undefined),
      limits: new Limits(clock),
      deviceId: device.id,
      made: () => undefined,
    });
    const path = join(pc.stateDir, 'agent.sock');
    const listening = await listen(path, { answer: (call) => gate.answer(call), openPipe: async () => undefined });
    stops.push(listening.stop);
    const account = (user: string) =>
      pcOf(device, user, throughAgent({ path }, { ticket: `ticket of ${user}`, user, asks: true }));

    const ada = account('ada');
    const id = await ada.ask();
    const ben = account('ben');
    await expect(ben.ask()).rejects.toThrow('Somebody else at this PC has asked for help');
    await expect(ben.follow(id, beforehand(true))).rejects.toThrow('not made by this account');

    const following = ada.follow(id, beforehand(false));
    const { body } = await approve(id);
    expect(body.session?.supporterLink).toBe('rustdesk://123456789');
    expect(await following).toMatchObject({ state: 'refused' });
    expect(JSON.stringify(ada.told)).not.toContain('rustdesk:');
    expect(await ben.ask()).not.toBe(id);
  });
});
