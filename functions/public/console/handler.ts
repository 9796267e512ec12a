/**
 * The web console: its page and its files, as `infra/console-bundle.ts` built them into this function's folder. Every
 * address below `/console/` that is no file is the page, since its routes live in the browser.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { CONSOLE_PATH } from '../../../lib/api/console.ts';
import { htmlPage } from '../../../lib/html.ts';
import { htmlAnswer } from '../../../lib/lambda/answer.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import type { HttpEvent, HttpResult } from '../../../lib/lambda/http-types.ts';
import { Environment } from './environment.ts';
import { FILE_HEADERS, pageHeaders } from './policy.ts';

const { CONSOLE_SETTINGS: settings, CONNECT_URLS } = readEnvironment(Environment);

const FILES = join(__dirname, 'files');

/** From a file's name to its content type: only what was built can be asked for. */
const contentTypes = JSON.parse(readFileSync(join(FILES, 'types.json'), 'utf8')) as Readonly<Record<string, string>>;

const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '"': '&quot;', '<': '&lt;' };
const attribute = (text: string): string => text.replace(/[&"<]/g, (character) => ATTRIBUTE_ESCAPES[character] ?? '');

/** The page is the same for everybody, so it is made once. A replacement given as a function takes `$` as it stands. */
const page = readFileSync(join(FILES, 'index.html'), 'utf8').replace('SETTINGS', () => attribute(settings));
const connectOrigins = CONNECT_URLS.split(' ').flatMap((url) => (url === '' ? [] : new URL(url).origin));
const headers = pageHeaders([...new Set(connectOrigins)]);

const notSetUp = (requestId: string): HttpResult =>
  htmlAnswer(
    requestId,
    404,
    htmlPage('This stage has no web console yet', [
      'Sign-in needs a client of the stage’s issuer. Register one for the authorization code flow with PKCE, set console.clientId of the stage, and deploy again.',
    ]),
  );

const file = (name: string, accepts: string): HttpResult => {
  const contentType = Object.hasOwn(contentTypes, name) ? contentTypes[name] : undefined;
  if (contentType === undefined) {
    return { statusCode: 404, headers: { ...FILE_HEADERS, 'content-type': 'text/plain' }, body: 'Not Found\n' };
  }
  const compressed = readFileSync(join(FILES, `${name}.br`));
  const takesBrotli = /(^|[\s,])br($|[\s,;])/.test(accepts);
  return {
    statusCode: 200,
    headers: {
      ...FILE_HEADERS,
      'content-type': contentType,
      // A name has its content's hash in it.
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      ...(takesBrotli && { 'content-encoding': 'br' }),
    },
    body: (takesBrotli ? compressed : brotliDecompressSync(compressed)).toString('base64'),
    isBase64Encoded: true,
  };
};

const answer = ({ rawPath, headers: asked, requestContext }: HttpEvent): HttpResult => {
  if (!rawPath.startsWith(CONSOLE_PATH)) {
    return { statusCode: 308, headers: { ...FILE_HEADERS, location: CONSOLE_PATH, 'cache-control': 'no-cache' } };
  }
  const name = rawPath.slice(CONSOLE_PATH.length);
  if (name.startsWith('assets/')) return file(name.slice('assets/'.length), asked['accept-encoding'] ?? '');
  if (settings === '') return notSetUp(requestContext.requestId);
  return { statusCode: 200, headers, body: page };
};

export const handler = async (event: HttpEvent): Promise<HttpResult> => {
  const { headers: own, ...rest } = answer(event);
  return { ...rest, headers: { ...own, 'x-request-id': event.requestContext.requestId } };
};
