/** The functions' handlers, loaded with the environment that the stack would give them, on the fake DynamoDB. */
import { join } from 'node:path';
import { vi } from 'vitest';
import { TABLES } from '../../../lib/aws/tables.ts';

export const INBOX_URL_PREFIX = 'https://sqs.eu-central-1.amazonaws.com/000000000000/remote-assist-test-inbox-';

const ENVIRONMENT: Record<string, string> = {
  ...Object.fromEntries(Object.keys(TABLES).map((name) => [`${name.toUpperCase()}_TABLE`, name])),
  LAMBDA_TASK_ROOT: join(import.meta.dirname, 'task-root'),
  CONNECTORS: JSON.stringify({ default: 'rustdesk', rustdesk: {} }),
  AUDIT_RETENTION_DAYS: '400',
  TEAMVIEWER_API_URL: 'http://127.0.0.1:9/api/v1',
  TEAMVIEWER_LOGIN_URL: 'http://127.0.0.1:9',
  TEAMVIEWER_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:teamviewer-AbCdEf',
  VERSION: '1.2.3',
  EVENT_BUS_NAME: 'bus',
  CONSOLE_URL: 'https://api.test/console',
  ALERT_TOPIC_ARN: 'arn:aws:sns:eu-central-1:000000000000:alerts',
  INBOX_URL_PREFIX,
  INBOX_DEAD_LETTER_QUEUE_ARN: 'arn:aws:sqs:eu-central-1:000000000000:dead',
  INBOX_LEASE_SECONDS: '60',
  RESTARTS_PER_DAY: '3',
  REQUESTS_PER_HOUR: '30',
  ROTATIONS_PER_HOUR: '10',
  UNANSWERED_AFTER_MINUTES: '[15,60,180]',
  STAGE: 'test',
  AWS_REGION: 'eu-central-1',
};

/** @param name such as `agent-poll` */
export const loadFunction = async (name: string): Promise<unknown> => {
  for (const [variable, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(variable, value);
  const [group = '', ...rest] = name.split('-');
  const module = (await import(`../../../functions/${group}/${rest.join('-')}/handler.ts`)) as { handler: unknown };
  return module.handler;
};
