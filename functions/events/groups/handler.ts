/** Takes deleted groups out of their devices' records. */
import type { Context } from 'aws-lambda';
import { createDeviceReader } from '../../../lib/aws/device-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { domainObject, isType } from '../../../lib/aws/items.ts';
import { createGroupRemains } from '../../../lib/aws/membership-repository.ts';
import { cleanUpGroup } from '../../../lib/groups/clean-up.ts';
import type { Group } from '../../../lib/groups/model.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { type Change, streamFunction } from '../../../lib/lambda/stream.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();

const deps = {
  remains: createGroupRemains(db, environment.DEVICES_TABLE),
  devices: createDeviceReader(db, environment.DEVICES_TABLE),
  clock: Date.now,
};

/** As many records as a batch has. */
const CHUNK = 100;

/** Left for the memberships under way when a clean-up stops. */
const RESERVED_MS = 15_000;

const deletedGroup = ({ after }: Change): string[] => {
  const group = isType(after, 'Group') ? domainObject<Group>('Group', after) : undefined;
  return group?.deletedAt === undefined ? [] : [group.id];
};

export const handler = streamFunction(CHUNK, async (changes: Change[], context: Context) => {
  for (const groupId of new Set(changes.flatMap(deletedGroup))) {
    await cleanUpGroup(deps, groupId, () => context.getRemainingTimeInMillis() > RESERVED_MS);
  }
});
