/** Shows the person, through the system, what became of their request, for when no window of the agent's is open. */
import type { AgentAssistanceRequest } from '../../lib/api/assistance.ts';
import type { Platform } from '../platform/platform.ts';
import type { TaskSlot } from '../restart/task-slot.ts';
import { wordsFor } from './words.ts';

/** Shows each change once, across restarts of the agent; waiting is nothing to be told of. */
export const announce = async (
  { platform, slot }: { platform: Pick<Platform, 'notify'>; slot: Pick<TaskSlot, 'shown' | 'putShown'> },
  request: AgentAssistanceRequest | undefined,
): Promise<void> => {
  if (!request || request.state === 'pending') return;
  const { shown } = slot;
  if (shown?.requestId === request.id && shown.state === request.state) return;
  // Shown first: killed in between, it is shown twice, and not never.
  await platform.notify(wordsFor(request));
  await slot.putShown({ requestId: request.id, state: request.state });
};
