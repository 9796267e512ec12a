/** Reads a function's answer as API Gateway does: the 2.0 response format, or its short form, or nothing of the kind. */
import * as z from 'zod';

export type HttpResponse = { status: number; headers: [string, string][]; body: Buffer };

const Full = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

const json = (status: number, body: string): HttpResponse => ({
  status,
  headers: [['content-type', 'application/json']],
  body: Buffer.from(body),
});

/** An answer of API Gateway's own, such as `{"message":"Not Found"}`. */
export const gatewayAnswer = (status: number, message: string, headers: [string, string][] = []): HttpResponse => {
  const { body } = json(status, JSON.stringify({ message }));
  return { status, headers: [['content-type', 'application/json'], ...headers], body };
};

/** The response for `payload`, the function's answer as JSON text; `undefined` where it is malformed. */
export const readResponse = (payload: string): HttpResponse | undefined => {
  const answer: unknown = JSON.parse(payload);
  if (answer === null || typeof answer !== 'object' || !('statusCode' in answer)) {
    return json(200, typeof answer === 'string' ? answer : payload);
  }
  const { success, data } = Full.safeParse(answer);
  if (!success) return undefined;
  const headers = Object.entries(data.headers ?? {}).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    String(value),
  ]);
  for (const cookie of data.cookies ?? []) headers.push(['set-cookie', cookie]);
  const body = Buffer.from(data.body ?? '', data.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > 0 && !headers.some(([name]) => name === 'content-type')) {
    headers.push(['content-type', 'text/plain;charset=UTF-8']);
  }
  return { status: data.statusCode, headers, body };
};
