/** Calls in the name of the connection: with its token, a renewed one where that is refused, and not while TeamViewer wants fewer. */
import { type Clock, MINUTE } from '../../clock.ts';
import { ConnectorFailure } from '../ports.ts';
import type { AccessToken } from './access-token.ts';
import { failureOf } from './failure.ts';
import type { Http, HttpReply, HttpRequest } from './http.ts';

/** TeamViewer does not say for how long it limits. */
const BACK_OFF_MS = MINUTE;

/** @throws ConnectorFailure for an answer of 400 or more that is not among those accepted */
export type Api = (request: Omit<HttpRequest, 'token'>, ...accepted: number[]) => Promise<HttpReply>;

export const createApi = (http: Http, token: AccessToken, clock: Clock): Api => {
  let quietUntil = 0;

  const send = async (request: HttpRequest): Promise<HttpReply> => {
    const first = await token.get();
    const reply = await http({ ...request, token: first });
    // Only a 401 is a reason to refresh: it had no effect, and the call can be made again.
    return reply.status === 401 ? http({ ...request, token: await token.get(first) }) : reply;
  };

  return async (request, ...accepted) => {
    if (clock() < quietUntil) {
      throw new ConnectorFailure(
        'rateLimited',
        "TeamViewer's rate limit was reached a moment ago: try again in a minute.",
      );
    }
    const reply = await send(request);
    if (reply.status < 400 || accepted.includes(reply.status)) return reply;
    const failure = failureOf(reply);
    if (failure.kind === 'rateLimited') quietUntil = clock() + BACK_OFF_MS;
    throw failure;
  };
};
