/** All repositories on one store: in memory, as the domain's tests use them, and on DynamoDB, as the functions do. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AlertRepository } from '../../../lib/alerts/ports.ts';
import type { AssistanceRepository } from '../../../lib/assistance/ports.ts';
import { createAlertRepository } from '../../../lib/aws/alert-repository.ts';
import { createAssistanceRepository } from '../../../lib/aws/assistance-repository.ts';
import { createCredentialRepository } from '../../../lib/aws/credential-repository.ts';
import { deviceItem } from '../../../lib/aws/device-items.ts';
import { createDeviceRepository } from '../../../lib/aws/device-repository.ts';
import { createEnrollmentTokenRepository } from '../../../lib/aws/enrollment-token-repository.ts';
import { createExpansionRepository, createTargetDevices } from '../../../lib/aws/expansion-repository.ts';
import { createFleetDirectory } from '../../../lib/aws/fleet-directory.ts';
import { createGroupRepository } from '../../../lib/aws/group-repository.ts';
import { createIdempotencyStore } from '../../../lib/aws/idempotency-store.ts';
import { createJobRepository } from '../../../lib/aws/job-repository.ts';
import { createGroupRemains, createMembershipRepository } from '../../../lib/aws/membership-repository.ts';
import { createTallyRepository } from '../../../lib/aws/tally-repository.ts';
import { createTaskRepository } from '../../../lib/aws/task-repository.ts';
import type { Device } from '../../../lib/devices/model.ts';
import type { CredentialRepository, DeviceRepository, EnrollmentTokenRepository } from '../../../lib/devices/ports.ts';
import type { FleetDirectory, GroupRemains, GroupRepository, MembershipRepository } from '../../../lib/groups/ports.ts';
import type { IdempotencyStore } from '../../../lib/idempotency/model.ts';
import type {
  ExpansionRepository,
  JobRepository,
  TallyRepository,
  TargetDevices,
  TaskRepository,
} from '../../../lib/restarts/ports.ts';
import { alertsIn } from './alerts.ts';
import { assistanceIn } from './assistance.ts';
import { credentialsIn } from './credentials.ts';
import { devicesIn, tokensIn } from './devices.ts';
import { fakeDynamoDb } from './dynamodb.ts';
import { directoryIn, groupsIn, membershipsIn, remainsIn } from './groups.ts';
import { expansionIn, jobsIn, tallyIn, targetsIn, tasksIn } from './restarts.ts';
import { answersIn, emptyStore } from './store.ts';
import { settableClock } from './time.ts';

export type World = {
  alerts: AlertRepository;
  answers: IdempotencyStore;
  credentials: CredentialRepository;
  devices: DeviceRepository;
  directory: FleetDirectory;
  entries: ExpansionRepository;
  groups: GroupRepository;
  jobs: JobRepository;
  memberships: MembershipRepository;
  remains: GroupRemains;
  requests: AssistanceRepository;
  tally: TallyRepository;
  targets: TargetDevices;
  tasks: TaskRepository;
  tokens: EnrollmentTokenRepository;
  putDevice(device: Device): Promise<void>;
};

const inMemory = (): World => {
  const store = emptyStore();
  return {
    alerts: alertsIn(store),
    answers: answersIn(store),
    credentials: credentialsIn(store),
    devices: devicesIn(store),
    directory: directoryIn(store),
    entries: expansionIn(store),
    groups: groupsIn(store),
    jobs: jobsIn(store),
    memberships: membershipsIn(store),
    remains: remainsIn(store),
    requests: assistanceIn(store),
    tally: tallyIn(store),
    targets: targetsIn(store),
    tasks: tasksIn(store),
    tokens: tokensIn(store),
    putDevice: async (device) => void store.devices.set(device.id, device),
  };
};

const inDynamoDb = (): World => {
  const { db, tables } = fakeDynamoDb();
  const clock = settableClock();
  return {
    alerts: createAlertRepository(db, tables.activity),
    answers: createIdempotencyStore(db, tables.idempotency),
    credentials: createCredentialRepository(db, tables),
    devices: createDeviceRepository(db, tables),
    directory: createFleetDirectory(db, tables.devices),
    groups: createGroupRepository(db, tables),
    memberships: createMembershipRepository(db, tables.devices),
    remains: createGroupRemains(db, tables.devices),
    entries: createExpansionRepository(db, tables, clock),
    jobs: createJobRepository(db, tables),
    requests: createAssistanceRepository(db, tables),
    tally: createTallyRepository(db, tables.restarts, clock),
    targets: createTargetDevices(db, tables.devices),
    tasks: createTaskRepository(db, tables),
    tokens: createEnrollmentTokenRepository(db, tables),
    putDevice: async (device) =>
      void (await db.send(new PutCommand({ TableName: tables.devices, Item: deviceItem(device) }))),
  };
};

export const WORLDS: readonly (readonly [string, () => World])[] = [
  ['in memory', inMemory],
  ['in DynamoDB', inDynamoDb],
];
