/**
 * `--dry-run`: a platform whose restart only changes its boot id, kept in the state directory so that it outlives the
 * process as a real one does. Messages go to the log: telling people of a restart that will not be would be false.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { reasonOf } from '../refusal.ts';
import { jsonFile } from '../state/json-file.ts';
import { keptFile } from '../state/kept-file.ts';
import { object, string } from '../state/shape.ts';
import { oneLine } from '../text.ts';
import type { Boot, Platform } from './platform.ts';

const parse = object({ bootId: string, bootedAt: string });

export const dryRun = (real: Platform, stateDir: string, clock: Pick<Clock, 'now'>, log: Log): Platform => {
  const file = keptFile(jsonFile(join(stateDir, 'dry-run.json'), parse), (problem) =>
    log.warn('the pretended boot is kept in memory alone', { problem: reasonOf(problem) }),
  );
  const start = async (): Promise<Boot> => {
    const boot = { bootId: `dry-run-${randomUUID()}`, bootedAt: new Date(clock.now()).toISOString() };
    await file.write(boot);
    return boot;
  };

  return {
    ...real,
    boot: async () => {
      const boot = (await file.read()) ?? (await start());
      return { ...boot, uptimeSeconds: Math.max(0, (clock.now() - Date.parse(boot.bootedAt)) / 1000) };
    },
    restart: async ({ force }) => {
      const { bootId } = await start();
      log.info('pretended to restart', { force, bootId });
    },
    abortRestart: async () => undefined,
    ask: async () => 'unavailable',
    confirm: async () => 'unavailable',
    openLink: async () => false,
    notify: async (text) => log.info('would show a message', { text: oneLine(text) }),
  };
};
