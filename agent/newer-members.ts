/** What a poll and a result tell beside what every server takes. One that is older refuses it, and is told without it then. */
import { ApiError } from '../lib/api/client.ts';

const NEWER = ['uptimeSeconds', 'name'] as const;

type Newer = { readonly [Name in (typeof NEWER)[number]]?: unknown };

const without = <Body extends Newer>(body: Body): Body => {
  const { uptimeSeconds: _, name: __, ...rest } = body;
  return rest as Body;
};

const isOfNewer = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.problem?.code === 'invalid_request' &&
  (error.problem.errors ?? []).some(({ path }) => NEWER.some((name) => path === `/${name}`));

/** @returns what sends a body, without these members from the first time on that the server has refused one of them */
export const newerMembers = () => {
  let areTaken = true;
  return async <Body extends Newer, T>(body: Body, send: (body: Body) => Promise<T>): Promise<T> => {
    if (!areTaken) return send(without(body));
    try {
      return await send(body);
    } catch (error) {
      if (!isOfNewer(error)) throw error;
      areTaken = false;
      return send(without(body));
    }
  };
};
