/**
 * What no log, event or notification may hold: tokens, keys, what people wrote, their addresses, links to sessions. They
 * are pushed through every operation, in good requests and bad ones, and then looked for in all that was written. Tokens
 * are not even in what is kept, by which whoever reads it could act as a device.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import {
  approveAssistanceRequest,
  consent,
  declineAssistanceRequest,
  endOwnAssistance,
  requestAssistance,
} from '../../../lib/api/assistance.ts';
import { createEnrollmentToken, enroll, rotateCredential } from '../../../lib/api/devices.ts';
import { operations } from '../../../lib/api/operations.ts';
import { orderRestart, reportResult } from '../../../lib/api/restarts.ts';
import { stackUrl } from '../support/stack.ts';
import { productAt, takeTask } from './product.ts';

const product = productAt(stackUrl());
const secret = (what: string): string => `${what}-${randomUUID()}`;

/** Everything that the functions of the shared stack have logged. */
const logs = (): string => {
  const folder = join(inject('dataDir'), 'logs');
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
};

/** All that the shared stack keeps: tables, queues, events under way, secrets. */
const kept = (): Buffer[] =>
  readdirSync(inject('dataDir'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('logs'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));

/** What was found where it must not be, by what it is. */
const leaks = (secrets: Readonly<Record<string, string>>, text: string | Buffer): string[] =>
  Object.entries(secrets).flatMap(([what, value]) => (text.includes(value) ? [what] : []));

/** The random part of a token, without which it is of no use. */
const randomPart = (token: string): string => token.slice(-43);

describe('logs', () => {
  it('hold nothing of what comes with a bad request, whatever is wrong with it', async () => {
    const device = await product.enroll();
    const admin = await product.token('admin');
    const secrets = {
      value: secret('value'),
      name: secret('name'),
      broken: secret('broken'),
      query: secret('query'),
      path: secret('path'),
      header: secret('header'),
      strangeToken: secret('token'),
      deviceToken: randomPart(device.token),
      adminToken: admin.slice(-60),
    };
    const body = JSON.stringify({ [secrets.name]: secrets.value, message: secrets.value, clientSecret: secrets.value });
    const headers = { 'idempotency-key': secrets.header, 'x-anything': secrets.header };
    for (const op of operations) {
      const path = op.path.replace(/\{\w+\}/g, secrets.path);
      const token = op.caller === 'agent' ? device.token : admin;
      const bodies = op.method === 'GET' || op.method === 'DELETE' ? [undefined] : [body, `{"a": ${secrets.broken}`];
      for (const sent of bodies) {
        const send = (bearer: string, url: string) =>
          fetch(product.url + url, {
            method: op.method,
            headers: { ...headers, authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
            ...(sent !== undefined && { body: sent }),
          }).then((answer) => answer.text());
        await send(token, `${path}?q=${secrets.query}&code=${secrets.query}&state=${secrets.query}`);
        await send(secrets.strangeToken, path);
      }
    }
    const written = logs();
    // The refusals themselves are there, so that this is not a test of an empty text.
    expect(written).toContain('"code":"invalid_request"');
    expect(leaks(secrets, written)).toEqual([]);
  });

  it('hold nothing of what people wrote, of tokens or of links, and neither do events or alerts', async () => {
    const [admin, helpdesk] = [await product.admin(), await product.admin('helpdesk')];
    const { body: enrollment } = await admin(createEnrollmentToken, { body: {} });
    const idempotencyKey = secret('key');
    const { body: enrolled } = await product.anybody(
      enroll,
      { body: { enrollmentToken: enrollment.token, name: 'pc', platform: 'linux', agentVersion: '1.0.0' } },
      { idempotencyKey },
    );
    const device = product.deviceWith(enrolled.deviceId, enrolled.deviceToken);
    const { body: rotated } = await device.call(rotateCredential, { body: {} });
    const secrets: Record<string, string> = {
      message: secret('message'),
      email: `${secret('mail')}@example.com`,
      reason: secret('reason'),
      waiting: secret('waiting'),
      restartMessage: secret('restart'),
      agentsWords: secret('words'),
      idempotencyKey,
      enrollmentToken: randomPart(enrollment.token),
      deviceToken: randomPart(enrolled.deviceToken),
      nextToken: randomPart(rotated.deviceToken),
    };
    const ask = () =>
      device.call(requestAssistance, {
        body: { message: secrets['message'] ?? '', requester: { name: 'Ada', email: secrets['email'] ?? '' } },
      });
    const { body: declined } = await ask();
    // An alert whose cause is gone before it was raised is told to nobody.
    await product.settle();
    await helpdesk(declineAssistanceRequest, {
      params: { id: declined.id },
      body: { reason: secrets['reason'] ?? '' },
    });
    const { body: request } = await ask();
    const { body: approved } = await helpdesk(approveAssistanceRequest, {
      params: { id: request.id },
      body: { waitingMessage: secrets['waiting'] ?? '' },
    });
    secrets['link'] = approved.session?.supporterLink ?? expect.fail('no link');
    await device.call(consent, { params: { id: request.id }, body: { decision: 'accepted' } });
    await device.call(endOwnAssistance, { params: { id: request.id } });
    await admin(orderRestart, { body: { deviceIds: [device.id], message: secrets['restartMessage'] ?? '' } });
    await product.settle();
    const task = await takeTask(device);
    await device.call(reportResult, {
      params: { id: task.id },
      body: {
        outcome: 'failed',
        bootId: device.boot,
        bootedAt: '2026-01-01T00:00:00Z',
        error: { code: 'no_privilege', message: secrets['agentsWords'] ?? '' },
      },
    });
    await product.settle();
    expect(leaks(secrets, logs())).toEqual([]);
    const events = JSON.stringify(await product.events());
    expect(events).toContain(device.id);
    expect(leaks(secrets, events)).toEqual([]);
    const told = JSON.stringify(await product.notifications());
    expect(told).toContain('Ada');
    expect(leaks(secrets, told)).toEqual([]);

    const { idempotencyKey: key = '', enrollmentToken = '', deviceToken = '', nextToken = '' } = secrets;
    const data = kept();
    // What people wrote is there, so that this looks where things are kept.
    expect(data.flatMap((file) => leaks({ message: secrets['message'] ?? '' }, file))).not.toEqual([]);
    expect(data.flatMap((file) => leaks({ key, enrollmentToken, deviceToken, nextToken }, file))).toEqual([]);
  });
});
