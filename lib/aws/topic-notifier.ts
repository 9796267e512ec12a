/** Tells admins of alerts through the SNS topic: as text for e-mail, with attributes to filter subscriptions by. */
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { consolePath } from '../alerts/console-path.ts';
import type { Alert } from '../alerts/model.ts';
import type { Notifier } from '../alerts/ports.ts';
import { printable } from '../alerts/printable.ts';
import { headlineOf } from '../alerts/words.ts';
import { iso } from '../clock.ts';
import { CALLS } from './calls.ts';

/** SNS takes subjects of fewer than 100 printable ASCII characters (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
const subjectOf = (headline: string): string => headline.replace(/[^\x20-\x7e]/g, '?').slice(0, 99);

const textOf = (alert: Alert, consoleUrl: string): string =>
  [
    headlineOf(alert),
    '',
    `Alert: ${alert.id} (${alert.kind}, ${alert.severity})`,
    `Raised at: ${iso(alert.raisedAt)}`,
    ...(alert.deviceId === undefined ? [] : [`Device: ${alert.deviceName ?? ''} (${alert.deviceId})`]),
    `About: ${alert.subject.type} ${alert.subject.id}`,
    '',
    `Open it in the console: ${consoleUrl}/${consolePath(alert)}`,
  ].join('\n');

const attribute = (value: string) => ({ DataType: 'String', StringValue: value });

/** @param consoleUrl the web console's address, without a slash at its end */
export const createTopicNotifier = (topicArn: string, consoleUrl: string): Notifier => {
  const client = new SNSClient(CALLS);
  return {
    notify: async (told) => {
      const alert = printable(told);
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subjectOf(headlineOf(alert)),
          Message: textOf(alert, consoleUrl),
          MessageAttributes: {
            alertId: attribute(alert.id),
            kind: attribute(alert.kind),
            severity: attribute(alert.severity),
            state: attribute(alert.state),
          },
        }),
      );
    },
  };
};
