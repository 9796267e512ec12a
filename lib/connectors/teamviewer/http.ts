/** HTTP as TeamViewer's Web API needs it: JSON or a form goes out, JSON comes back, and nothing waits for long. */
import { ConnectorFailure } from '../ports.ts';

export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT';
  /** Behind `…/api/v1`. */
  path: string;
  query?: Readonly<Record<string, string>>;
  token?: string;
  json?: unknown;
  form?: Readonly<Record<string, string>>;
  /** In place of the usual time-out. */
  timeoutMs?: number;
  /** The end of the operation that the call is part of. */
  signal?: AbortSignal;
};

/** `body` is `undefined` where the answer has none, or none that is JSON: a proxy's page, for one. */
export type HttpReply = { status: number; body: unknown };

/** @throws ConnectorFailure `unavailable` where no whole answer came in time */
export type Http = (request: HttpRequest) => Promise<HttpReply>;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const bodyOf = ({ json, form }: HttpRequest): { headers: Record<string, string>; body?: string } => {
  if (form) {
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    };
  }
  return json === undefined
    ? { headers: {} }
    : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) };
};

const isTimeOut = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');

/** @param apiUrl `https://webapi.teamviewer.com/api/v1` */
export const createHttp = (apiUrl: string, timeoutMs: number, send: typeof fetch): Http => {
  const base = apiUrl.replace(/\/+$/, '');
  return async (request) => {
    const query = request.query ? `?${new URLSearchParams(request.query)}` : '';
    const { headers, body } = bodyOf(request);
    const late = AbortSignal.timeout(request.timeoutMs ?? timeoutMs);
    try {
      const response = await send(`${base}${request.path}${query}`, {
        method: request.method,
        headers: {
          accept: 'application/json',
          ...headers,
          ...(request.token !== undefined && { authorization: `Bearer ${request.token}` }),
        },
        ...(body !== undefined && { body }),
        // The API does not redirect, and a token must not follow one to somewhere else.
        redirect: 'error',
        signal: request.signal ? AbortSignal.any([late, request.signal]) : late,
      });
      return { status: response.status, body: parse(await response.text()) };
    } catch (error) {
      // What fetch says of its failure names addresses and nothing that helps an admin.
      throw new ConnectorFailure(
        'unavailable',
        isTimeOut(error) ? 'TeamViewer did not answer in time.' : 'TeamViewer could not be reached.',
      );
    }
  };
};
