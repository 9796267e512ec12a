/** Devices, their credentials and their groups. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { getAssistanceRequest, requestAssistance, withdrawAssistanceRequest } from '../../../lib/api/assistance.ts';
import { listAuditEvents } from '../../../lib/api/audit.ts';
import {
  createEnrollmentToken,
  getDevice,
  getTimeline,
  listDevices,
  listEnrollmentTokens,
  renameDevice,
  retireDevice,
  revokeEnrollmentToken,
  rotateCredential,
} from '../../../lib/api/devices.ts';
import {
  addGroupMember,
  createGroup,
  deleteGroup,
  getGroup,
  listGroups,
  removeGroupMember,
  renameGroup,
} from '../../../lib/api/groups.ts';
import { cancelRestartTask, getRestartJob, orderRestart } from '../../../lib/api/restarts.ts';
import { variableOf } from '../committed.ts';
import type { Scenario } from './scenario.ts';

const enrolment: Scenario = {
  name: 'a device is enrolled, renamed and retired',
  run: async (walk) => {
    const serialNumber = randomUUID();
    const device = await walk.enroll({ serialNumber });
    const params = { id: device.id };
    await walk.pollOnce(device);
    await walk.as('admin', renameDevice, { params, body: { name: 'renamed' } });
    const { body } = walk.must(await walk.as('viewer', getDevice, { params }));
    assert.equal(body.name, 'renamed');
    const listed = walk.must(await walk.as('viewer', listDevices, { query: { namePrefix: 'renamed', limit: '100' } }));
    assert.ok(listed.body.items.some(({ id }) => id === device.id));
    const spare = walk.must(await walk.as('admin', createEnrollmentToken, { body: {} })).body;
    await walk.as('admin', revokeEnrollmentToken, { params: { id: spare.id } });
    const tokens = walk.must(await walk.as('admin', listEnrollmentTokens, { query: { limit: '100' } })).body.items;
    assert.ok(!tokens.some(({ id }) => id === spare.id));
    const successor = await walk.enroll({ serialNumber, mayReplace: true });
    await assert.rejects(walk.as('viewer', getDevice, { params }), { status: 404 });
    await walk.as('admin', retireDevice, { params: { id: successor.id } });
    await walk.settle();
    const timeline = walk.must(await walk.as('viewer', getTimeline, { params, query: {} })).body.items;
    assert.deepEqual(timeline.map(({ kind }) => kind).sort(), ['AlertRaised', 'DeviceEnrolled', 'DeviceRetired']);
    const audit = walk.must(await walk.as('admin', listAuditEvents, { query: { subject: successor.id } })).body.items;
    await walk.as('admin', listAuditEvents, { query: { actor: 'ada' } });
    await walk.as('admin', listAuditEvents, { query: {} });
    await assert.rejects(walk.as('viewer', listAuditEvents, { query: {} }), { status: 403 });
    assert.deepEqual(audit.map(({ operation }) => operation).sort(), ['enroll', 'retireDevice']);
  },
};

const rotation: Scenario = {
  name: 'a credential is rotated and used',
  run: async (walk) => {
    const device = await walk.enroll();
    device.token = walk.must(await walk.by(device, rotateCredential, { body: {} })).body.deviceToken;
    await walk.pollOnce(device);
    await walk.pollOnce(device);
  },
};

const groups: Scenario = {
  name: 'a group is made, filled and deleted',
  run: async (walk) => {
    const group = walk.must(await walk.as('operator', createGroup, { body: { name: 'faults' } })).body;
    const params = { id: group.id };
    const first = await walk.enroll({ groupId: group.id });
    const second = await walk.enroll();
    await walk.as('operator', addGroupMember, { params: { ...params, deviceId: second.id } });
    await walk.as('operator', removeGroupMember, { params: { ...params, deviceId: second.id } });
    await walk.as('operator', addGroupMember, { params: { ...params, deviceId: second.id } });
    await walk.as('operator', renameGroup, { params, body: { name: 'renamed' } });
    const { body } = walk.must(await walk.as('viewer', getGroup, { params }));
    assert.deepEqual([body.name, body.deviceCount], ['renamed', 2]);
    await walk.as('viewer', listGroups, { query: {} });
    const members = walk.must(await walk.as('viewer', listDevices, { query: { groupId: group.id } })).body.items;
    assert.deepEqual(members.map(({ id }) => id).sort(), [first.id, second.id].sort());
    await walk.as('operator', deleteGroup, { params });
    await walk.settle();
    for (const { id } of [first, second]) {
      const left = walk.must(await walk.as('viewer', getDevice, { params: { id } })).body;
      assert.deepEqual(left.groupIds, []);
    }
  },
};

/** In the middle of a restart and of a call for help. */
const leaving: Scenario = {
  name: 'devices go while something of theirs is under way',
  run: async (walk) => {
    const serialNumber = randomUUID();
    const group = walk.must(await walk.as('operator', createGroup, { body: { name: 'left' } })).body;
    const replaced = await walk.enroll({ serialNumber, groupId: group.id });
    const retired = await walk.enroll();
    const devices = [replaced, retired];
    const requests = [];
    for (const device of devices) {
      const body = { message: 'help', requester: { name: 'Ada' } };
      requests.push(walk.must(await walk.by(device, requestAssistance, { body })).body.id);
    }
    const body = { deviceIds: devices.map(({ id }) => id) };
    const job = walk.must(await walk.as('operator', orderRestart, { body })).body;
    await walk.settle();
    await walk.enroll({ serialNumber, mayReplace: true });
    await walk.as('admin', retireDevice, { params: { id: retired.id } });
    await walk.settle();
    const { counts } = walk.must(await walk.as('viewer', getRestartJob, { params: { id: job.id } })).body;
    assert.deepEqual(counts, { removed: 2 });
    const { deviceCount } = walk.must(await walk.as('viewer', getGroup, { params: { id: group.id } })).body;
    assert.equal(deviceCount, 0);
    for (const id of requests) {
      const request = walk.must(await walk.as('viewer', getAssistanceRequest, { params: { id } })).body;
      assert.deepEqual([request.state, request.endReason], ['ended', 'deviceRetired']);
    }
  },
};

/** For longer than the streams keep it, as it seems to the outbox. */
const missed: Scenario = {
  name: 'the streams lose what follows from changes, and the sweep does it',
  run: async (walk) => {
    const retired = await walk.enroll();
    const ordered = await walk.enroll();
    const { sqs, stack } = walk.bench;
    await walk.whileLosing('events-relay', async () => {
      await walk.enroll();
      await walk.as('admin', retireDevice, { params: { id: retired.id } });
      await walk.as('operator', orderRestart, { body: { deviceIds: [ordered.id] } });
      const body = { message: 'help', requester: { name: 'Ada' } };
      const { id } = walk.must(await walk.by(ordered, requestAssistance, { body })).body;
      await walk.by(ordered, withdrawAssistanceRequest, { params: { id } });
      await walk.settle();
    });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: variableOf(stack, 'INBOX_URL_PREFIX') + ordered.id }));
    await walk.advance(61);
    await walk.sweep();
    await walk.shortenLeases(ordered);
    const { id } = await walk.receive(ordered);
    await walk.as('operator', cancelRestartTask, { params: { id } });
  },
};

const notCleanedUp: Scenario = {
  name: 'the streams lose the deletion of a group, and the sweep has it cleaned up',
  run: async (walk) => {
    const group = walk.must(await walk.as('operator', createGroup, { body: { name: 'lost' } })).body;
    const device = await walk.enroll({ groupId: group.id });
    await walk.whileLosing('events-groups', async () => {
      await walk.as('operator', deleteGroup, { params: { id: group.id } });
      await walk.settle();
    });
    await walk.advance(60);
    await walk.sweep();
    const left = walk.must(await walk.as('viewer', getDevice, { params: { id: device.id } })).body;
    assert.deepEqual(left.groupIds, []);
  },
};

export const deviceScenarios: readonly Scenario[] = [enrolment, rotation, groups, leaving, missed, notCleanedUp];
