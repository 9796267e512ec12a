/** The channels by which functions tell admins of alerts. */
import type { Channel } from '../alerts/model.ts';
import { noticeEvent } from '../alerts/notice.ts';
import type { Channels, Notifier } from '../alerts/ports.ts';
import { createEventPublisher } from './event-publisher.ts';
import { createTopicNotifier } from './topic-notifier.ts';

/** What the stack tells a function that tells of alerts. */
export type TellingEnvironment = { ALERT_TOPIC_ARN: string; EVENT_BUS_NAME: string; CONSOLE_URL: string };

/** @param onTold is told of each channel that took an alert */
export const createChannels = (
  { ALERT_TOPIC_ARN, EVENT_BUS_NAME, CONSOLE_URL }: TellingEnvironment,
  onTold: (channel: Channel) => void,
): Channels => {
  const publisher = createEventPublisher(EVENT_BUS_NAME);
  const counted = (channel: Channel, { notify }: Notifier): Notifier => ({
    notify: async (alert) => {
      await notify(alert);
      onTold(channel);
    },
  });
  return {
    topic: counted('topic', createTopicNotifier(ALERT_TOPIC_ARN, CONSOLE_URL)),
    bus: counted('bus', { notify: (alert) => publisher.publish([noticeEvent(alert)]) }),
  };
};
