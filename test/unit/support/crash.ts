/** Kills a use case at one of its port calls, before or after that call has had its effect. */

export class Crash extends Error {}

export type CrashPoint = { call: number; moment: 'before' | 'after' };

/** Before and after each of so many calls. */
export const crashPoints = (calls: number): CrashPoint[] =>
  Array.from({ length: calls }, (_, call) => call).flatMap((call) =>
    (['before', 'after'] as const).map((moment) => ({ call, moment })),
  );

/**
 * Wraps ports so that the process dies at one call: from then on no call of any of them has an effect.
 * @returns the wrapped ports, and how many calls were made
 */
export const crashingAt = (point: CrashPoint | undefined) => {
  const state = { calls: 0, dead: false };
  const die = (): never => {
    state.dead = true;
    throw new Crash(`killed ${point?.moment} call ${point?.call}`);
  };
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          const here = point?.call === state.calls;
          state.calls += 1;
          if (state.dead || (here && point.moment === 'before')) die();
          const result: unknown = await Reflect.apply(member, target, args);
          if (state.dead || here) die();
          return result;
        };
      },
    });
  return { wrap, state };
};
