/** Writes the devices' timelines from what happened to them. */
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createTimelineRepository } from '../../../lib/aws/timeline-repository.ts';
import { busFunction } from '../../../lib/lambda/bus.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { timelineEntry } from '../../../lib/timeline/model.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const timeline = createTimelineRepository(createDatabase(), environment.ACTIVITY_TABLE);

export const handler = busFunction(async (event) => {
  const entry = timelineEntry(event);
  if (entry) await timeline.add(entry);
});
