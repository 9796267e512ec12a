/**
 * A state file whose content is kept in memory where the disk does not take it, and saved with the next write: for what no
 * restart depends on, so that a full or read-only disk stops nobody from asking for help.
 */
import type { JsonFile } from './json-file.ts';
import { type NotSaved, unlessSaved } from './not-saved.ts';

/** @param unsaved is told of each write that the disk did not take */
export const keptFile = <T>(
  file: Pick<JsonFile<T>, 'read' | 'write'>,
  unsaved: (problem: NotSaved) => void,
): Pick<JsonFile<T>, 'read' | 'write'> => {
  let kept: { value: T } | undefined;
  return {
    read: async () => (kept ? kept.value : file.read()),
    write: async (value) => {
      kept = undefined;
      await file.write(value).catch((error: unknown) => {
        kept = { value };
        unlessSaved(unsaved)(error);
      });
    },
  };
};

/** For what there is no place for. */
export const inMemory = <T>(): Pick<JsonFile<T>, 'read' | 'write'> => {
  let kept: T | undefined;
  return {
    read: async () => kept,
    write: async (value) => {
      kept = value;
    },
  };
};
