/** An answer's body: read and unpacked within limits, whatever something in between sends, and for however long. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { NoAnswer } from './no-answer.ts';

/** Many times the longest answer of the contract. */
const LONGEST_SENT = 256 * 1024;
const LONGEST_UNPACKED = 1024 * 1024;

/** What the agent says that it can unpack. */
export const ENCODINGS = 'gzip, deflate, br';

type Unpack = (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/** `deflate` is zlib's format, and some servers send it without that format's header. */
const deflated: Unpack = (packed, options) =>
  promisify((packed[0] ?? 0) % 16 === 8 ? inflate : inflateRaw)(packed, options);

const UNPACK: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: deflated,
  br: promisify(brotliDecompress),
};

const tooLong = (limit: number): NoAnswer =>
  new NoAnswer(`The answer is longer than ${limit / 1024} KiB, and no answer of the server is.`);

const read = async (answer: IncomingMessage): Promise<Buffer> => {
  if (Number(answer.headers['content-length'] ?? 0) > LONGEST_SENT) throw tooLong(LONGEST_SENT);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_SENT) throw tooLong(LONGEST_SENT);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const unpack = async (packed: Buffer, encoding: string): Promise<Buffer> => {
  const unpacking = UNPACK[encoding];
  if (!unpacking) throw new NoAnswer(`The answer is packed as "${encoding}", which was not asked for.`);
  try {
    return await unpacking(packed, { maxOutputLength: LONGEST_UNPACKED });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLong(LONGEST_UNPACKED);
    throw new NoAnswer(`The answer cannot be unpacked (${encoding})`, { cause: error });
  }
};

/** @throws NoAnswer for one that is too long or cannot be unpacked, and what the connection ends with; ends it itself */
export const readText = async (answer: IncomingMessage): Promise<string> => {
  try {
    const sent = await read(answer);
    const encoding = answer.headers['content-encoding']?.trim().toLowerCase() || 'identity';
    const body = encoding === 'identity' || sent.length === 0 ? sent : await unpack(sent, encoding);
    return new TextDecoder().decode(body);
  } catch (error) {
    answer.destroy();
    throw error;
  }
};
