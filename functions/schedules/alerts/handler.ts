/** Each minute: tells of alerts whose telling was broken off, and resolves those whose time is over. */
import { sweepAlerts } from '../../../lib/alerts/sweep.ts';
import { createAlertRepository } from '../../../lib/aws/alert-repository.ts';
import { createChannels } from '../../../lib/aws/channels.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { log } from '../../../lib/lambda/log.ts';
import { metricsOf } from '../../../lib/lambda/metrics.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const measure = metricsOf(environment.STAGE);

const deps = {
  alerts: createAlertRepository(createDatabase(), environment.ACTIVITY_TABLE),
  channels: createChannels(environment, (of) => measure([{ metric: 'AlertsTold', value: 1, of }])),
  clock: Date.now,
};

export const handler = async (): Promise<void> => {
  const alerts = await sweepAlerts(deps);
  if (alerts > 0) log.info('alerts swept', { alerts });
};
