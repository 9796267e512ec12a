/** Tells of alerts that nobody has told of, since who was at it died, and resolves those whose time is over. */
import { retryOnConcurrentChange } from '../concurrency.ts';
import { forEachDue } from '../due.ts';
import type { Id } from '../ids.ts';
import { resolve } from './alert.ts';
import { type TellingDeps, tellUnclaimed } from './telling.ts';

const resolveInTime = (deps: TellingDeps, id: Id): Promise<boolean> =>
  retryOnConcurrentChange(async () => {
    const { alerts, clock } = deps;
    const kept = await alerts.find(id);
    if (kept?.resolvesAt === undefined || clock() < kept.resolvesAt) return false;
    const after = resolve(kept, { at: kept.resolvesAt, words: 'a day has passed' }, clock());
    if (!after) return false;
    await alerts.save(kept, after);
    return true;
  });

/** @returns how many it told of or resolved */
export const sweepAlerts = (deps: TellingDeps): Promise<number> =>
  forEachDue(deps.alerts.due(deps.clock()), async (id) => (await resolveInTime(deps, id)) || tellUnclaimed(deps, id));
