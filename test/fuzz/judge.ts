/** What must hold for every answer, whatever was asked. */
import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod/mini';
import { type Operation, problemsOf } from '../../lib/api/operation.ts';
import { PROBLEMS, problem } from '../../lib/api/problem.ts';
import type { FuzzAnswer } from './send.ts';

/** What API Gateway says of a request that it refuses itself. */
const GATEWAY = new Set(['400', '401', '404', '413', '421', '429', '431']);

/** What an answer shows only when it shows its cause. */
const CAUSES =
  /node_modules|\bat [^ ]+ \(|\.(ts|js|cjs|mjs):\d+|[A-Z]\w+Exception\b|\b(Type|Reference|Syntax|Range)Error\b|arn:aws|ECONN|dynamodb|amazonaws|"stack"/i;

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A zod object drops what it does not know: what comes out must be what went in. */
const isOn = (schema: z.ZodMiniType, value: unknown): boolean => {
  const parsed = schema.safeParse(value);
  return parsed.success && isDeepStrictEqual(parsed.data, value);
};

const isGateways = ({ status, body }: FuzzAnswer): boolean => {
  const json = asJson(body);
  return (
    GATEWAY.has(String(status)) && typeof json === 'object' && json !== null && Object.keys(json).join() === 'message'
  );
};

const problemFaults = (op: Operation, answer: FuzzAnswer): string[] => {
  const json = asJson(answer.body);
  if (!isOn(problem(), json)) return ['is not a problem document'];
  const { code, status, instance } = json as z.infer<ReturnType<typeof problem>>;
  return [
    ...(problemsOf(op).includes(code) ? [] : [`${code} is not among the operation's problems`]),
    ...(PROBLEMS[code].status === answer.status && status === answer.status ? [] : [`${code} with ${answer.status}`]),
    ...(answer.headers['content-type'] === 'application/problem+json' ? [] : ['has another media type']),
    ...(instance === answer.headers['x-request-id'] ? [] : ['names another request']),
  ];
};

const successFaults = (op: Operation, { status, body, headers }: FuzzAnswer): string[] => {
  const answers: { readonly [status: number]: z.ZodMiniType | null | undefined } = op.answers();
  const schema = answers[status];
  if (schema === undefined) return [`${status} is not among the operation's answers`];
  if (schema === null) return body === '' ? [] : ['has a body where there should be none'];
  if (!headers['content-type']?.startsWith('application/json')) return [];
  return isOn(schema, asJson(body)) ? [] : ['is off its schema'];
};

/**
 * @param byDevice whether a device asked, who must see nothing of another one
 * @param foreign texts of another device
 * @returns what is wrong with the answer; nothing where it is as it should be
 */
export const faultsOf = (
  op: Operation,
  answer: FuzzAnswer,
  { byDevice, foreign }: { byDevice: boolean; foreign: readonly string[] },
): string[] => {
  const { status, body, headers } = answer;
  if (status >= 500) return [`${status}: ${body.slice(0, 300)}`];
  if (isGateways(answer)) return [];
  // A page for people says itself how it went.
  if (op.html) return CAUSES.test(body) ? [`${status} shows its cause`] : [];
  const hidden = byDevice || status >= 400 ? foreign.filter((text) => body.includes(text)) : [];
  return [
    ...(status >= 400 ? problemFaults(op, answer) : successFaults(op, answer)),
    ...(headers['x-request-id'] === undefined ? ['has no X-Request-Id'] : []),
    ...(status >= 400 && CAUSES.test(body) ? ['shows its cause'] : []),
    ...(byDevice && /"supporterLink":"/.test(body) ? ['shows a device the supporter link'] : []),
    ...hidden.map(() => "shows another device's data"),
  ].map((fault) => `${status} ${fault}: ${body.slice(0, 300)}`);
};
