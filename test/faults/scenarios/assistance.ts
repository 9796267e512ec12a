/** Requests for help, at RustDesk and at TeamViewer, and the alerts that they raise. */
import assert from 'node:assert/strict';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { acknowledgeAlert, listAlerts } from '../../../lib/api/alerts.ts';
import {
  approveAssistanceRequest,
  consent,
  declineAssistanceRequest,
  endAssistance,
  endOwnAssistance,
  getAssistanceRequest,
  getOwnAssistanceRequest,
  listAssistanceRequests,
  requestAssistance,
  withdrawAssistanceRequest,
} from '../../../lib/api/assistance.ts';
import { ApiError } from '../../../lib/api/client.ts';
import {
  disconnectConnector,
  getConnector,
  listConnectors,
  onboardTeamViewer,
  setDefaultConnector,
  setUpRustDesk,
} from '../../../lib/api/connectors.ts';
import { requestKey } from '../../../lib/aws/keys.ts';
import { decideAt } from '../../fakes/teamviewer/browser.ts';
import { APP } from '../bench.ts';
import { variableOf } from '../committed.ts';
import { inject } from '../fault.ts';
import type { Walk, WalkDevice } from '../walk.ts';
import type { Scenario } from './scenario.ts';

const ask = async (walk: Walk, device: WalkDevice) => {
  const body = { message: 'help', requester: { name: 'Ada' } };
  return { id: walk.must(await walk.by(device, requestAssistance, { body })).body.id };
};

const approve = (walk: Walk, params: { id: string }, connector: 'rustdesk' | 'teamviewer') =>
  walk.as('helpdesk', approveAssistanceRequest, { params, body: { connector } });

const read = async (walk: Walk, params: { id: string }) =>
  walk.must(await walk.as('viewer', getAssistanceRequest, { params })).body;

/** Comes back as often as it takes, a minute later each time: a sign-in that broke off is begun again. */
const onboard = async (walk: Walk): Promise<void> => {
  const params = { name: 'teamviewer' };
  for (let attempts = 0; attempts < 5; attempts += 1) {
    const body = { acceptLicense: true as const, ...APP };
    const begun = walk.must(await walk.as('admin', onboardTeamViewer, { body })).body;
    await fetch(await decideAt(begun.authorizationUrl, 'accept')).then((answer) => answer.text());
    if (walk.must(await walk.as('viewer', getConnector, { params })).body.status === 'onboarded') return;
    await walk.advance(1);
  }
  assert.fail('TeamViewer was not onboarded');
};

/**
 * A refresh of TeamViewer's tokens uses up the refresh token: where a function dies before the new one is stored, nobody
 * but an admin can get in again, and is told to.
 */
const getInAgain = async (walk: Walk): Promise<void> => {
  const { problem } = walk.must(await walk.as('viewer', getConnector, { params: { name: 'teamviewer' } })).body;
  if (problem === undefined) return;
  await walk.settle();
  const { body } = walk.must(await walk.as('viewer', listAlerts, { query: { state: 'active', limit: '100' } }));
  assert.ok(
    body.items.some(({ kind }) => kind === 'connectorProblem'),
    'nobody is told to sign in again',
  );
  await onboard(walk);
  walk.noteSignIn();
};

const approveAtTeamViewer = (walk: Walk, params: { id: string }) =>
  approve(walk, params, 'teamviewer').catch(async (error: unknown) => {
    if (!(error instanceof ApiError && error.problem?.code === 'connector_failed')) throw error;
    await getInAgain(walk);
    return approve(walk, params, 'teamviewer');
  });

const answered: Scenario = {
  name: 'help through RustDesk',
  run: async (walk) => {
    const device = await walk.enroll();
    const params = await ask(walk, device);
    await walk.settle();
    const pending = walk.must(await walk.as('viewer', listAssistanceRequests, { query: { state: 'pending' } })).body;
    assert.ok(pending.items.some(({ id }) => id === params.id));
    await walk.as('viewer', listAssistanceRequests, { query: {} });
    await approve(walk, params, 'rustdesk');
    const polled = await walk.pollOnce(device);
    assert.equal(polled?.assistanceRequest?.state, 'approved');
    await walk.by(device, consent, { params, body: { decision: 'accepted' } });
    assert.equal(walk.must(await walk.by(device, getOwnAssistanceRequest, { params })).body.state, 'connected');
    await walk.by(device, endOwnAssistance, { params });
    assert.deepEqual([(await read(walk, params)).state, (await read(walk, params)).endReason], ['ended', 'userEnded']);
  },
};

const unanswered: Scenario = {
  name: 'requests that are declined and withdrawn',
  run: async (walk) => {
    const device = await walk.enroll();
    const first = await ask(walk, device);
    await walk.as('helpdesk', declineAssistanceRequest, { params: first, body: { reason: 'not now' } });
    assert.equal((await read(walk, first)).state, 'declined');
    const second = await ask(walk, device);
    await walk.by(device, withdrawAssistanceRequest, { params: second });
    assert.equal((await read(walk, second)).state, 'withdrawn');
  },
};

const expired: Scenario = {
  name: 'a request that climbs and expires',
  run: async (walk) => {
    const device = await walk.enroll();
    const params = await ask(walk, device);
    await walk.settle();
    const { body } = walk.must(await walk.as('viewer', listAlerts, { query: { state: 'active', limit: '100' } }));
    const alert = body.items.find(({ subject }) => subject.id === params.id);
    await walk.as('helpdesk', acknowledgeAlert, { params: { id: alert?.id ?? '' } });
    await walk.advance(15);
    await walk.sweep();
    assert.equal((await read(walk, params)).state, 'pending');
    await walk.advance(4 * 60);
    await walk.sweep();
    await assert.rejects(
      async () => walk.must(await walk.by(device, getOwnAssistanceRequest, { params })),
      (error) => error instanceof ApiError && error.status === 410,
    );
    const { body: left } = walk.must(await walk.as('viewer', listAlerts, { query: { limit: '100' } }));
    const ofIt = left.items.filter(({ subject }) => subject.id === params.id);
    assert.deepEqual(ofIt.map(({ kind, state }) => `${kind} ${state}`).sort(), [
      'assistanceExpired active',
      'assistanceRequested resolved',
      'assistanceUnanswered resolved',
    ]);
    // There is nothing left to do about it after a day.
    await walk.advance(24 * 60);
    await walk.sweep();
  },
};

/** What the stream says where DynamoDB deletes an item whose time is over; the engine here does not. */
const deleteByTtl = async ({ bench, ...walk }: Walk, { id }: { id: string }): Promise<void> => {
  const { stack, db } = bench;
  const Key = requestKey(id);
  const table = variableOf(stack, 'ASSISTANCE_TABLE');
  const { Attributes } = await db.send(new DeleteCommand({ TableName: table, Key, ReturnValues: 'ALL_OLD' }));
  const record = {
    eventID: id,
    eventName: 'REMOVE',
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    dynamodb: { Keys: marshall(Key), OldImage: marshall(Attributes), SequenceNumber: '1' },
  };
  await walk.deliver('events-relay', { Records: [record] });
};

const deleted: Scenario = {
  name: 'a request that DynamoDB deletes before the sweep does',
  run: async (walk) => {
    const device = await walk.enroll();
    const params = await ask(walk, device);
    await walk.settle();
    await walk.advance(4 * 60);
    await deleteByTtl(walk, params);
    await assert.rejects(
      async () => walk.must(await walk.by(device, getOwnAssistanceRequest, { params })),
      (error) => error instanceof ApiError && error.status === 410,
    );
  },
};

/**
 * What one look at TeamViewer could not do, the next one does. That access is lost shows only when the lease of whoever
 * died over the refresh has ended.
 */
const sessionsAreSweptTwice = async (walk: Walk): Promise<void> => {
  for (let looks = 0; looks < 2; looks += 1) {
    await walk.advance(6);
    await walk.sweep();
    await getInAgain(walk);
  }
};

const atTeamViewer: Scenario = {
  name: 'help through TeamViewer, with a token that must be refreshed',
  run: async (walk) => {
    const { fake } = walk.bench;
    await onboard(walk);
    const device = await walk.enroll();
    const params = await ask(walk, device);
    fake.expireAccessTokens();
    await approveAtTeamViewer(walk, params);
    assert.equal((await read(walk, params)).state, 'approved');
    await walk.by(device, consent, { params, body: { decision: 'accepted' } });
    fake.expireAccessTokens();
    await walk.as('helpdesk', endAssistance, { params });
    await walk.settle();
    assert.equal((await read(walk, params)).state, 'ended');
    await sessionsAreSweptTwice(walk);
  },
};

const followedUp: Scenario = {
  name: 'sessions that TeamViewer ends, and that are closed late',
  run: async (walk) => {
    const { fake } = walk.bench;
    await onboard(walk);
    const device = await walk.enroll();
    const params = await ask(walk, device);
    await approveAtTeamViewer(walk, params);
    const { session } = await read(walk, params);
    await walk.by(device, consent, { params, body: { decision: 'accepted' } });
    await walk.advance(6);
    await walk.sweep();
    assert.equal((await read(walk, params)).state, 'connected');
    fake.closeSession(session?.code ?? '');
    fake.expireAccessTokens();
    await sessionsAreSweptTwice(walk);
    assert.deepEqual(
      [(await read(walk, params)).state, (await read(walk, params)).endReason],
      ['ended', 'sessionExpired'],
    );
    const refused = await ask(walk, device);
    await approveAtTeamViewer(walk, refused);
    fake.fault({ fault: 'serverError', on: 'PUT /sessions/{code}' });
    await walk.by(device, consent, { params: refused, body: { decision: 'refused' } });
    await walk.settle();
    fake.clearFaults();
    await walk.advance(5);
    await walk.sweep();
    assert.equal((await read(walk, refused)).state, 'refused');
  },
};

const connectors: Scenario = {
  name: 'connectors are set up, chosen and disconnected',
  run: async (walk) => {
    await onboard(walk);
    await walk.as('admin', setDefaultConnector, { params: { name: 'teamviewer' } });
    await walk.as('admin', setUpRustDesk, { body: { relayServer: 'relay.example' } });
    const items = walk.must(await walk.as('viewer', listConnectors, {})).body.items;
    assert.deepEqual(items.map(({ name, status }) => `${name} ${status}`).sort(), [
      'rustdesk onboarded',
      'teamviewer onboarded',
    ]);
    await walk.as('admin', disconnectConnector, { params: { name: 'teamviewer' } });
    const left = walk.must(await walk.as('viewer', getConnector, { params: { name: 'teamviewer' } })).body;
    assert.deepEqual([left.status, left.default], ['notOnboarded', false]);
  },
};

const problem: Scenario = {
  name: 'a provider that shuts us out and lets us in again',
  run: async (walk) => {
    const { fake } = walk.bench;
    await onboard(walk);
    const device = await walk.enroll();
    const params = await ask(walk, device);
    fake.fault({ fault: 'blocked', on: 'POST /sessions', times: 1 });
    // Answered 502 at first, and so asked for again.
    await approve(walk, params, 'teamviewer');
    await walk.as('helpdesk', endAssistance, { params });
    await walk.settle();
    const state = walk.must(await walk.as('viewer', getConnector, { params: { name: 'teamviewer' } })).body;
    assert.equal(state.problem, undefined);
  },
};

const brokenOff: Scenario = {
  name: 'an alert whose telling is broken off',
  run: async (walk) => {
    const device = await walk.enroll();
    const broken = inject(walk.bench.stack, { function: 'events-alerts', action: 'Publish', nth: 1 }, 'killedBefore');
    const params = await ask(walk, device);
    await walk.settle();
    broken.remove();
    await walk.advance(3);
    await walk.sweep();
    const { body } = walk.must(await walk.as('viewer', listAlerts, { query: { state: 'active', limit: '100' } }));
    assert.ok(body.items.some(({ subject }) => subject.id === params.id));
    await walk.by(device, withdrawAssistanceRequest, { params });
  },
};

export const assistanceScenarios: readonly Scenario[] = [
  brokenOff,
  answered,
  unanswered,
  expired,
  deleted,
  atTeamViewer,
  followedUp,
  connectors,
  problem,
];
