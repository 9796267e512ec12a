/** What the bus delivered shows in the device's timeline. */
import { getTimeline } from '../../../lib/api/devices.ts';
import { until } from '../patience.ts';
import type { Step } from '../tell.ts';
import { deviceOf, type World } from '../world.ts';

/** One of each kind of thing that the smoke test did. */
const EXPECTED = ['DeviceEnrolled', 'AssistanceRequested', 'AssistanceEnded', 'AlertResolved', 'RestartTaskEnded'];

export const timeline = async (world: World, step: Step): Promise<void> => {
  const { id } = deviceOf(world);
  await step('The device’s timeline tells all of it', async () => {
    const count = await until(`a timeline with ${EXPECTED.join(', ')}`, world.patience, async () => {
      const { body } = await world.admin(getTimeline, { params: { id }, query: { limit: '100' } });
      const kinds = new Set(body.items.map(({ kind }) => kind));
      return EXPECTED.every((kind) => kinds.has(kind)) ? body.items.length : undefined;
    });
    return `${count} entries`;
  });
};
