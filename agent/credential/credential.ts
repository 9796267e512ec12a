/**
 * The device's credential, of which there are two for a while when it is rotated: the next one is tried first, and the old one
 * where the next is not taken. A 401 throws neither away, since it may be the server that is wrong; the first success of the
 * next one makes it the only one.
 */
import type { DeviceFile } from '../state/device-file.ts';

export type Credential = {
  /** The tokens to try, in order. */
  tokens(): Promise<readonly string[]>;
  /** The server took this one. Never throws. */
  worked(token: string): Promise<void>;
};

/** For commands that run beside the agent: what it rotates meanwhile is found at the next call, and nothing is written. */
export const readOnly = (file: Pick<DeviceFile, 'read'>): Credential => ({
  tokens: async () => {
    const { enrolled } = (await file.read()) ?? {};
    return [enrolled?.next?.deviceToken, enrolled?.deviceToken].filter((token) => token !== undefined);
  },
  worked: async () => undefined,
});

/**
 * For the process that holds the lock.
 * @param promoted is told of a next one that became the only one, or could not be written down as that
 */
export const keeping = (
  file: Pick<DeviceFile, 'read' | 'write'>,
  now: () => number,
  promoted: (problem?: unknown) => void,
): Credential => ({
  ...readOnly(file),
  worked: async (token) => {
    try {
      const state = await file.read();
      if (!state?.enrolled || state.enrolled.next?.deviceToken !== token) return;
      const only = { deviceToken: token, next: undefined, rotatedAt: now() };
      await file.write({ ...state, enrolled: { ...state.enrolled, ...only } });
      promoted();
    } catch (problem) {
      // It stays the next one on the disk, which works, and is written down with the next success.
      promoted(problem);
    }
  },
});
