/** Calls in the name of the connection: with its token, and once more with a renewed one where that is refused. */
import type { AccessToken } from './access-token.ts';
import { failureOf } from './failure.ts';
import type { Http, HttpReply, HttpRequest } from './http.ts';

/** @throws ConnectorFailure for an answer of 400 or more that is not among those accepted */
export type Api = (request: Omit<HttpRequest, 'token'>, ...accepted: number[]) => Promise<HttpReply>;

export const createApi = (http: Http, token: AccessToken): Api => {
  const send = async (request: HttpRequest): Promise<HttpReply> => {
    const first = await token.get();
    const reply = await http({ ...request, token: first });
    // Only a 401 is a reason to refresh: it had no effect, and the call can be made again.
    return reply.status === 401 ? http({ ...request, token: await token.get(first) }) : reply;
  };

  return async (request, ...accepted) => {
    const reply = await send(request);
    if (reply.status < 400 || accepted.includes(reply.status)) return reply;
    throw failureOf(reply);
  };
};
