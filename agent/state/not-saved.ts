/** What the disk did not take. */

/** Full, over the quota, read-only, or broken: nothing that is written elsewhere on it would fare better. */
const NO_ROOM: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'];

/** A file that could not be written: it is as it was. */
export class NotSaved extends Error {
  override readonly name = 'NotSaved';
  /** The disk takes nothing, and may again later; otherwise it is this file that cannot be written. */
  readonly noRoom: boolean;

  constructor(path: string, cause: unknown) {
    super(`${path} cannot be saved`, { cause });
    this.noRoom = NO_ROOM.includes((cause as NodeJS.ErrnoException).code);
  }
}

/** @throws NotSaved for whatever `act` throws */
export const saving = async <T>(path: string, act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    throw error instanceof NotSaved ? error : new NotSaved(path, error);
  }
};

/** For what may be lost with the process: catches a `NotSaved`. @throws whatever is none */
export const unlessSaved =
  (unsaved: (problem: NotSaved) => void) =>
  (error: unknown): void => {
    if (!(error instanceof NotSaved)) throw error;
    unsaved(error);
  };

/** For what can be done without for as long as the disk takes nothing at all. @throws whatever else it is */
export const unlessNoRoom =
  (unsaved: (problem: NotSaved) => void) =>
  (error: unknown): void => {
    if (!(error instanceof NotSaved && error.noRoom)) throw error;
    unsaved(error);
  };
