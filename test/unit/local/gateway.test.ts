/** The gateway's interceptors: what can happen to a call before, in the place of, and after its effect. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AwsCall, type AwsOutcome, type Interceptor, jsonReply, NO_REPLY } from '../../../local/aws/call.ts';
import { CallCounts } from '../../../local/aws/call-counts.ts';
import { type AwsGateway, startAwsGateway } from '../../../local/aws/gateway.ts';

let gateway: AwsGateway;
let made: AwsCall[] = [];

beforeEach(async () => {
  made = [];
  gateway = await startAwsGateway(new CallCounts(), () => {});
  const caller = { name: 'test', arn: 'arn:test' };
  const dynamodb = async (call: AwsCall) => {
    made.push(call);
    return jsonReply(200, { made: made.length });
  };
  gateway.open(new Map([['KEY', caller]]), { dynamodb });
});
afterEach(() => gateway.stop());

const ask = async (...interceptors: Interceptor[]): Promise<unknown> => {
  gateway.interceptors.splice(0, gateway.interceptors.length, ...interceptors);
  const response = await fetch(gateway.endpoint, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-central-1/dynamodb/aws4_request',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'amz-sdk-invocation-id': 'one-call',
    },
    body: '{}',
  });
  return response.json();
};

describe('an interceptor', () => {
  it('that has nothing to say has the call made, once', async () => {
    expect(
      await ask(
        () => undefined,
        async () => undefined,
      ),
    ).toEqual({ made: 1 });
    expect(made).toMatchObject([{ action: 'GetItem', invocationId: 'one-call' }]);
  });

  it('answers in the place of the service and of those behind it', async () => {
    const behind: AwsCall[] = [];
    const second: Interceptor = (call) => {
      behind.push(call);
      return undefined;
    };
    expect(await ask(() => jsonReply(200, 'instead'), second)).toBe('instead');
    expect([...made, ...behind]).toEqual([]);
  });

  it('answers otherwise after the call was made, which is made once however often it asks', async () => {
    const changed: Interceptor = async (_, proceed) => {
      await proceed();
      await proceed();
      return jsonReply(200, 'changed');
    };
    expect(await ask(changed, () => undefined)).toBe('changed');
    expect(made).toHaveLength(1);
  });

  it('resets the connection, before or after the effect', async () => {
    await expect(ask(() => NO_REPLY)).rejects.toThrow();
    expect(made).toHaveLength(0);
    const after: Interceptor = async (_, proceed): Promise<AwsOutcome> => {
      await proceed();
      return NO_REPLY;
    };
    await expect(ask(after)).rejects.toThrow();
    expect(made).toHaveLength(1);
  });
});
