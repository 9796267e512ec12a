/** How the runner speaks to an engine: AWS's JSON protocol over kept-alive connections, with a signature nobody checks. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { REGION } from '../identity.ts';

export type EngineReply = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/** A refusal by an engine. `name` is AWS's short error name, such as `ResourceNotFoundException`. */
export class EngineError extends Error {
  readonly status: number;
  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

export type Engine = {
  endpoint: string;
  /** Sends `body` as it is; answers whatever the engine answers. `target`: such as `DynamoDB_20120810.GetItem`. */
  send(target: string, body: string | Buffer, signal?: AbortSignal): Promise<EngineReply>;
  /** Sends `body` as JSON and reads the answer as JSON. Throws `EngineError` where the engine refuses. */
  call(target: string, body: unknown, signal?: AbortSignal): Promise<Record<string, unknown>>;
  close(): void;
};

/** One identity for every function: engines may keep data apart by access key and region, and AWS does not. */
const authorization = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=local/20250101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=local`;

export const connectEngine = (endpoint: string, service: 'dynamodb' | 'sqs'): Engine => {
  const secure = endpoint.startsWith('https:');
  const agent = new (secure ? SecureAgent : Agent)({ keepAlive: true, maxSockets: 64 });
  const send: Engine['send'] = (target, body, signal) =>
    new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(body),
        'x-amz-target': target,
        'x-amz-date': '20250101T000000Z',
        authorization: authorization(service),
      };
      const outgoing = (secure ? secureRequest : request)(
        endpoint,
        { method: 'POST', agent, headers, ...(signal && { signal }) },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 500, headers: response.headers, body: Buffer.concat(chunks) }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return {
    endpoint,
    send,
    call: async (target, body, signal) => {
      const reply = await send(target, JSON.stringify(body), signal);
      const answer = reply.body.length > 0 ? (JSON.parse(reply.body.toString()) as Record<string, unknown>) : {};
      if (reply.status < 300) return answer;
      const name = String(answer['__type'] ?? 'EngineFailure').replace(/^.*#/, '');
      throw new EngineError(name, String(answer['message'] ?? answer['Message'] ?? name), reply.status);
    },
    close: () => agent.destroy(),
  };
};
