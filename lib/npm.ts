/**
 * A process that `npm run` started should end when npm does. npm passes signals on to its shell alone, which dies of
 * them and leaves the process running; and of npm's own end by `kill -9` nobody is told.
 */

const LOOK_EVERY_MS = 250;

/**
 * Calls `then` once the process that started this one is gone. Does nothing where it was not npm's `script` that started
 * it: a service is meant to outlive its starter.
 */
export const whenNpmIsGone = (script: string, then: () => void): void => {
  if (process.env['npm_lifecycle_event'] !== script) return;
  const starter = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === starter) return;
    clearInterval(look);
    then();
  }, LOOK_EVERY_MS);
  look.unref();
};
