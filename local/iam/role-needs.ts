/**
 * What Lambda itself does with a function's role: it reads the function's sources, puts what failed where it belongs,
 * and writes the log. AWS refuses to make a mapping or a function whose role lacks what these need; so does this.
 */
import { StartError } from '../errors.ts';
import { arn, nameFromArn, serviceOfArn } from '../identity.ts';
import type { FunctionModel, MappingModel, Model } from '../resources/model.ts';
import type { Access } from './access.ts';
import type { Authorizer } from './authorizer.ts';
import { denialMessage } from './denial.ts';
import { roleContext, sessionOf } from './principals.ts';
import { sendAction } from './sending.ts';

type Need = {
  readonly fn: FunctionModel;
  readonly what: string;
  readonly actions: string[];
  readonly resource: string;
};

/** `ListStreams` has no effect on one stream, but is in what Lambda's message asks to be allowed on it. */
const READ_STREAM = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
  (name) => `dynamodb:${name}`,
);
const READ_QUEUE = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) => `sqs:${name}`);

const toSend = (fn: FunctionModel, what: string, destination: string | undefined): Need[] =>
  destination === undefined ? [] : [{ fn, what, actions: [sendAction(destination)], resource: destination }];

const ofFunction = (fn: FunctionModel): Need[] => [
  ...toSend(fn, `the dead-letter queue of function ${fn.logicalId}`, fn.deadLetterArn),
  ...toSend(fn, `the failure destination of function ${fn.logicalId}`, fn.async.onFailureArn),
  ...toSend(fn, `the success destination of function ${fn.logicalId}`, fn.async.onSuccessArn),
];

const ofMapping = (fn: FunctionModel, { logicalId, sourceArn, onFailureArn }: MappingModel): Need[] => {
  const what = `event source mapping ${logicalId}`;
  const actions = serviceOfArn(sourceArn) === 'sqs' ? READ_QUEUE : READ_STREAM;
  return [
    { fn, what, actions, resource: sourceArn },
    ...toSend(fn, `the failure destination of ${what}`, onFailureArn),
  ];
};

/** Without them a function runs, and nobody sees its log. */
const toLog = (fn: FunctionModel): Need => ({
  fn,
  what: `the log of function ${fn.logicalId}`,
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  resource: arn(
    'logs',
    `log-group:${fn.logGroup ?? `/aws/lambda/${fn.functionName}`}:log-stream:${nameFromArn(fn.arn)}`,
  ),
});

const refusalOf = (authorizer: Authorizer, { fn, actions, resource }: Need): string | undefined => {
  const principal = sessionOf(fn.roleArn, fn.arn);
  const context = roleContext(fn.roleArn);
  const accesses = actions.map((action): Access => ({ action, resource, context }));
  const refused = authorizer.firstRefused(accesses, principal, fn.roleArn);
  return refused && denialMessage(principal, refused.access, refused.why);
};

/** Throws `StartError` for what AWS would refuse to make. */
export const checkRoleNeeds = (model: Pick<Model, 'functions' | 'mappings'>, authorizer: Authorizer): void => {
  const functions = [...model.functions.values()];
  for (const fn of functions) refusalOf(authorizer, toLog(fn));
  const ofMappings = model.mappings.flatMap((mapping) =>
    functions
      .filter(({ arn: functionArn }) => functionArn === mapping.functionArn)
      .flatMap((fn) => ofMapping(fn, mapping)),
  );
  for (const need of [...functions.flatMap(ofFunction), ...ofMappings]) {
    const refusal = refusalOf(authorizer, need);
    if (refusal !== undefined) throw new StartError(`AWS would refuse ${need.what}: ${refusal}`);
  }
};
