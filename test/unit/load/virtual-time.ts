/** Time that stands still while anybody works, and goes on to the next moment that somebody waits for. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Time } from '../../load/pacer.ts';

export const virtualTime = (): Time & { pass<T>(work: Promise<T>): Promise<T> } => {
  let now = 0;
  const waiting: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    until: (at) => new Promise<void>((wake) => waiting.push({ at, wake })),
    /** Lets time pass until `work` is done. */
    pass: async (work) => {
      let isDone = false;
      const done = work.finally(() => {
        isDone = true;
      });
      for (await turn(); !isDone; await turn()) {
        waiting.sort((a, b) => a.at - b.at);
        const next = waiting.shift();
        if (!next) throw new Error('everybody waits for nothing');
        now = Math.max(now, next.at);
        next.wake();
      }
      return done;
    },
  };
};
