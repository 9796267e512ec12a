/** Tells of changes in a directory. Where the system cannot say, whoever would be told looks at their own pace. */
import { watch } from 'node:fs';

/** @param changed gets the name of what changed, where the system says it @returns what ends it */
export const watchDirectory = (path: string, changed: (name: string | null) => void): (() => void) => {
  try {
    const watcher = watch(path, { persistent: false }, (_event, name) => changed(name));
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
};
