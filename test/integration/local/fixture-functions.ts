/**
 * The functions of the fixture stack, as the CommonJS that a bundler would write. They record what they get in a file,
 * and do as a control file says, so that a test can make them fail and see what they saw.
 */

const PRELUDE = `
const fs = require('node:fs');
const record = (entry) => fs.appendFileSync(process.env.RECORD_FILE, JSON.stringify(entry) + '\\n');
const control = () => { try { return JSON.parse(fs.readFileSync(process.env.CONTROL_FILE, 'utf8')); } catch { return {}; } };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;

/** Answers HTTP requests: what the query asks for, or the event itself. */
const http = `${PRELUDE}
const kept = [];
exports.handler = async (event, context) => {
  const query = event.queryStringParameters ?? {};
  switch (query.do) {
    case 'throw': throw new Error('as asked');
    case 'malformed': return { statusCode: 'nine' };
    case 'short': return { hello: 'world' };
    case 'text': return 'hello';
    case 'empty': return { statusCode: 204, headers: { 'content-type': 'text/plain' } };
    case 'cookies': return { statusCode: 200, cookies: ['a=1', 'b=2'], headers: { 'X-Number': 7 }, body: 'ok' };
    case 'binary': return { statusCode: 200, headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from([0, 255]).toString('base64'), isBase64Encoded: true };
    case 'slow': await sleep(5_000); return 'late';
    case 'exit': process.exit(3);
    case 'reject': void Promise.reject(new Error('nobody looks')); await sleep(5_000); return 'late';
    case 'time': return { now: Date.now(), date: new Date().toISOString(), text: Date(), remaining: context.getRemainingTimeInMillis() };
    case 'environment': return { ...process.env };
    case 'keep': kept.push(Array.from({ length: 100_000 }, (_, i) => ({ i }))); return { kept: kept.length };
    case 'waste': return { wasted: Array.from({ length: 100_000 }, (_, i) => ({ i })).length };
    case 'require': return { found: Boolean(require('zod')) };
    default: return { event, context };
  }
};`;

/** Records every event; fails, wholly or for some records, while the control file says so. */
const consumer = `${PRELUDE}
exports.handler = async (event) => {
  const { failAll = false, failKeys = [], delayMs = 0 } = control();
  record({ at: Date.now(), event });
  if (delayMs) await sleep(delayMs);
  if (failAll) throw new TypeError('told to fail');
  const bad = (event.Records ?? []).filter((entry) => failKeys.includes(entry.dynamodb?.Keys.pk.S ?? entry.body));
  return { batchItemFailures: bad.map((entry) => ({ itemIdentifier: entry.dynamodb?.SequenceNumber ?? entry.messageId })) };
};`;

/** Writes one item through the gateway with a hand-made request, as an SDK would. */
const writer = `${PRELUDE}
exports.handler = async (event) => {
  const response = await fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20250101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x',
    },
    body: JSON.stringify({ TableName: process.env.TABLE_NAME, Item: { pk: { S: event.queryStringParameters.pk } } }),
  });
  return { statusCode: response.status, body: await response.text() };
};`;

export const FUNCTION_CODE = {
  http,
  writer,
  streams: consumer,
  queues: consumer,
  events: consumer,
  ticks: consumer,
} as const;
export type FixtureFunction = keyof typeof FUNCTION_CODE;
