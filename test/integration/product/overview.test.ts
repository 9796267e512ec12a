/** The overview on the local stack, as a console asks for it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acknowledgeAlert, listAlerts } from '../../../lib/api/alerts.ts';
import { approveAssistanceRequest, requestAssistance } from '../../../lib/api/assistance.ts';
import { retireDevice } from '../../../lib/api/devices.ts';
import { getOverview } from '../../../lib/api/overview.ts';
import { orderRestart } from '../../../lib/api/restarts.ts';
import { type OwnStack, startOwnStack, token } from '../support/stack.ts';
import { type Product, productAt } from './product.ts';

let stack: OwnStack;
let product: Product;

// Of its own: it counts all that there is.
beforeAll(async () => {
  stack = await startOwnStack();
  product = productAt(stack.url);
});
afterAll(() => stack.remove());

const help = { body: { message: 'help', requester: { name: 'Ada' } } };

it('counts what waits, and says so again only when that has changed', async () => {
  const [viewer, admin] = await Promise.all([product.admin('viewer'), product.admin()]);
  const empty = await viewer(getOverview, {});
  expect(empty.body).toEqual({
    pendingRequests: 0,
    activeAlerts: { info: 0, warning: 0, critical: 0 },
    openTasks: 0,
    deviceCount: 0,
    connectors: [
      { name: 'teamviewer', status: 'notOnboarded' },
      { name: 'rustdesk', status: 'onboarded' },
    ],
  });
  expect(empty.headers.get('cache-control')).toBe('private, no-cache');
  expect(empty.headers.get('vary')).toMatch(/\bauthorization\b/i);

  const devices = await Promise.all([product.enroll(), product.enroll(), product.enroll()]);
  const [first, second, third] = devices;
  const { body: request } = await first.call(requestAssistance, help);
  await second.call(requestAssistance, help);
  await admin(orderRestart, { body: { deviceIds: devices.map(({ id }) => id) } });
  await product.settle();
  const etag = empty.headers.get('etag') ?? '';
  const busy = await viewer(getOverview, {}, { ifNoneMatch: etag });
  expect(busy.body).toMatchObject({
    pendingRequests: 2,
    oldestPendingAt: request.createdAt,
    activeAlerts: { info: 2, warning: 0, critical: 0 },
    openTasks: 3,
    deviceCount: 3,
  });

  const busyTag = busy.headers.get('etag') ?? '';
  expect(busyTag).not.toBe(etag);
  expect((await viewer(getOverview, {}, { ifNoneMatch: busyTag })).status).toBe(304);
  const nobody = await product.raw('GET', '/v1/overview', {
    token: await token([], {}, stack.url),
    headers: { 'if-none-match': busyTag },
  });
  expect(nobody).toMatchObject({ status: 403, body: { code: 'forbidden' } });

  await admin(approveAssistanceRequest, { params: { id: request.id }, body: {} });
  await product.settle();
  const { body: alerts } = await admin(listAlerts, { query: { state: 'active' } });
  await admin(acknowledgeAlert, { params: { id: alerts.items[0]?.id ?? '' } });
  await admin(retireDevice, { params: { id: third.id } });
  await product.settle();
  const after = await viewer(getOverview, {}, { ifNoneMatch: busyTag });
  expect(after.body).toMatchObject({
    pendingRequests: 1,
    activeAlerts: { info: 0, warning: 0, critical: 0 },
    openTasks: 2,
    deviceCount: 2,
  });
});

it('says nothing of a request whose four hours are over, to the minute', async () => {
  const viewer = () => product.admin('viewer');
  const asked = await product.enroll();
  await asked.call(requestAssistance, help);
  const before = (await (await viewer())(getOverview, {})).body?.pendingRequests ?? 0;
  expect(before).toBeGreaterThan(0);
  await product.advance(239);
  expect((await (await viewer())(getOverview, {})).body?.pendingRequests).toBe(before);
  await product.advance(1);
  const { body } = await (await viewer())(getOverview, {});
  expect(body?.pendingRequests).toBe(0);
  expect(body).not.toHaveProperty('oldestPendingAt');
});
