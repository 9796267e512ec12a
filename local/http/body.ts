/** Reads a request's body up to a limit. */
import type { IncomingMessage } from 'node:http';

/** The whole body, or `too large` as soon as it is known to be. */
export const readBody = async (request: IncomingMessage, maximumBytes: number): Promise<Buffer | 'too large'> => {
  if (Number(request.headers['content-length'] ?? 0) > maximumBytes) return 'too large';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBytes) return 'too large';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
