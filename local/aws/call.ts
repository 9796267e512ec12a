/** One call of a function to AWS, as it passes the gateway. */

export type AwsService = 'dynamodb' | 'sqs' | 'sns' | 'events' | (string & {});

/** Who calls, known by the access key: a function with its role, or a test without one, which may do everything. */
export type Caller = { name: string; arn: string; roleArn?: string };

export type AwsCall = {
  caller: Caller;
  /** The signing name, such as `dynamodb`. */
  service: AwsService;
  /** Such as `GetItem`. */
  action: string;
  /** The request's `X-Amz-Target`, where it has one. */
  target: string;
  body: string;
  /** The same for each attempt that the SDK makes at one call. */
  invocationId: string;
  /** Aborted when the caller goes away. */
  signal: AbortSignal;
};

export type AwsReply = { status: number; headers: Record<string, string>; body: string | Buffer };

/** In the place of an answer: the connection is reset. */
export const NO_REPLY = Symbol('no reply');

/** Answers the calls to one service. */
export type AwsHandler = (call: AwsCall) => Promise<AwsReply>;

/** What comes of a call. */
export type AwsOutcome = AwsReply | typeof NO_REPLY;

/**
 * Looks at each call before it is made, and may answer it in the service's place, or let nothing be answered: the one
 * spot for a check of the caller's role and for injected faults. `proceed` has the call made, once, however often it is
 * asked: for what is to happen after the call took effect. Without an outcome the call is made as if nobody had looked.
 */
export type Interceptor = (
  call: AwsCall,
  proceed: () => Promise<AwsOutcome>,
) => AwsOutcome | undefined | Promise<AwsOutcome | undefined>;

const JSON_TYPE = 'application/x-amz-json-1.0';

export const jsonReply = (status: number, body: unknown, headers: Record<string, string> = {}): AwsReply => ({
  status,
  headers: { 'content-type': JSON_TYPE, ...headers },
  body: JSON.stringify(body),
});

/** A refusal in AWS's JSON protocol. `name`: such as `ValidationException`. */
export const jsonError = (name: string, message: string, status = 400): AwsReply =>
  jsonReply(status, { __type: name, message });

const escapeXml = (text: string): string => text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A refusal in the query protocol, which SNS speaks. */
export const xmlError = (code: string, message: string, status = 400): AwsReply => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${crypto.randomUUID()}</RequestId></ErrorResponse>`,
});

/** A refusal in whichever protocol `service` speaks. */
export const refuse = (service: AwsService, name: string, message: string, status = 400): AwsReply =>
  service === 'sns' ? xmlError(name, message, status) : jsonError(name, message, status);
