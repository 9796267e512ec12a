/** The channels by which functions tell admins of alerts. */
import type { Channel } from '../alerts/model.ts';
import { noticeEvent } from '../alerts/notice.ts';
import type { Channels, Notifier } from '../alerts/ports.ts';
import { createEventPublisher } from './event-publisher.ts';
import { createTopicNotifier } from './topic-notifier.ts';

/** @param onTold is told of each channel that took an alert */
export const createChannels = (topicArn: string, busName: string, onTold: (channel: Channel) => void): Channels => {
  const publisher = createEventPublisher(busName);
  const counted = (channel: Channel, { notify }: Notifier): Notifier => ({
    notify: async (alert) => {
      await notify(alert);
      onTold(channel);
    },
  });
  return {
    topic: counted('topic', createTopicNotifier(topicArn)),
    bus: counted('bus', { notify: (alert) => publisher.publish([noticeEvent(alert)]) }),
  };
};
