/** Records alerts for what happened, resolves those whose cause is gone, and tells the admins by every channel. */
import { handleAlertEvent } from '../../../lib/alerts/alerts.ts';
import { createAlertRepository } from '../../../lib/aws/alert-repository.ts';
import { createChannels } from '../../../lib/aws/channels.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { busFunction } from '../../../lib/lambda/bus.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { metricsOf } from '../../../lib/lambda/metrics.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const measure = metricsOf(environment.STAGE);

const deps = {
  alerts: createAlertRepository(createDatabase(), environment.ACTIVITY_TABLE),
  channels: createChannels(environment, (of) => measure([{ metric: 'AlertsTold', value: 1, of }])),
  clock: Date.now,
};

export const handler = busFunction((event) => handleAlertEvent(deps, event));
