/** The channels by which functions tell admins of alerts. */
import { noticeEvent } from '../alerts/notice.ts';
import type { Channels } from '../alerts/ports.ts';
import { createEventPublisher } from './event-publisher.ts';
import { createTopicNotifier } from './topic-notifier.ts';

export const createChannels = (topicArn: string, busName: string): Channels => {
  const publisher = createEventPublisher(busName);
  return {
    topic: createTopicNotifier(topicArn),
    bus: { notify: (alert) => publisher.publish([noticeEvent(alert)]) },
  };
};
