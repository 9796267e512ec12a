/** The local stack as a newcomer starts it: `npm start`, in a process tree of its own. */
import { type Started, startServerProcess } from '../support/server-process.ts';

/** Resolves when the stack says that it is ready. */
export const npmStart = (dataDir: string): Promise<Started> =>
  startServerProcess('npm', ['start'], { env: { ...process.env, PORT: '0', DATA_DIR: dataDir }, isTree: true });
