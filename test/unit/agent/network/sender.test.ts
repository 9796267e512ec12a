/** The sender, against real servers: what it sends and reads, within which limits, and in which words it fails. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text as textOf } from 'node:stream/consumers';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NoAnswer } from '../../../../agent/network/no-answer.ts';
import { parseProxy } from '../../../../agent/network/proxy.ts';
import { createSender, type Way } from '../../../../agent/network/sender.ts';
import { Trust } from '../../../../agent/network/trust.ts';
import { reasonOf } from '../../../../agent/refusal.ts';
import { issue } from '../../../support/certificates.ts';
import { CompanyProxy, type ProxyOptions } from '../../../support/company-proxy.ts';

const KIB = 1024;
const ca = issue({ subject: 'Company CA' });
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  vi.unstubAllEnvs();
});

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

const listening = async <S extends Server>(server: S, host = '127.0.0.1'): Promise<S> => {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return server;
};

/** Takes connections and says nothing. @param heard is told when something was said to it @returns its port */
const silent = async (heard: () => void): Promise<number> => {
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    sockets.push(socket.on('error', () => undefined).once('data', heard));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return portOf(server);
};

const serve = (answer: RequestListener) => listening(createServer(answer));
const serveTls = (
  answer: RequestListener,
  { cert, key } = issue({ subject: 'it', issuer: ca, hosts: ['127.0.0.1'] }),
) => listening(createTlsServer({ cert, key }, answer));
const proxyWith = async (options: ProxyOptions = {}): Promise<CompanyProxy> => {
  const proxy = await new CompanyProxy(options).listen();
  closing.push(() => proxy.close());
  return proxy;
};

const trusting = new Trust([ca.cert]);
const senderWith = (way: Partial<Way> = {}) => createSender({ proxy: undefined, trust: trusting, ...way });

type More = { method?: string; headers?: Record<string, string>; body?: string; signal?: AbortSignal };
const send = (url: string, more: More = {}, way: Partial<Way> = {}) => {
  const { method = 'GET', headers = {}, signal = new AbortController().signal, body } = more;
  return senderWith(way)(url, { method, headers, signal, redirect: 'manual', ...(body !== undefined && { body }) });
};

/** The words of a call that is not answered. */
const failure = async (call: Promise<unknown>): Promise<string> => {
  const error = await call.then(
    () => expect.fail('was answered'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NoAnswer);
  return reasonOf(error);
};

const ok: RequestListener = (_asked, answer) => answer.end('{"ok":true}');

describe('a call', () => {
  it('arrives as it was sent, and its answer comes back as it is', async () => {
    let seen: { asked: IncomingMessage; body: string } | undefined;
    const server = await serve(async (asked, answer) => {
      seen = { asked, body: await textOf(asked) };
      answer.writeHead(201, { 'x-request-id': 'r-1', 'retry-after': '7' }).end('grüße');
    });
    const headers = { authorization: 'Bearer t', 'content-type': 'application/json' };
    const body = '{"message":"größer"}';
    const answer = await send(`http://127.0.0.1:${portOf(server)}/v1/x?a=%2F`, { method: 'POST', headers, body });
    expect(seen?.asked).toMatchObject({ method: 'POST', url: '/v1/x?a=%2F' });
    expect(seen?.asked.headers).toMatchObject({ ...headers, host: `127.0.0.1:${portOf(server)}` });
    expect(seen?.asked.headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(seen?.body).toBe(body);
    expect([answer.status, await answer.text()]).toEqual([201, 'grüße']);
    expect(['X-Request-Id', 'retry-after', 'date-x'].map((name) => answer.headers.get(name))).toEqual([
      'r-1',
      '7',
      null,
    ]);
  });

  it.each([301, 302, 303, 307, 308])('is never sent on: %i', async (status) => {
    const elsewhere = vi.fn(ok);
    const other = await serve(elsewhere);
    const location = `http://127.0.0.1:${portOf(other)}/login`;
    const server = await serve((_asked, answer) => answer.writeHead(status, { location }).end());
    const answer = await send(`http://127.0.0.1:${portOf(server)}/`, { method: 'POST', body: 'a secret' });
    expect([answer.status, answer.headers.get('location')]).toEqual([status, location]);
    expect(elsewhere).not.toHaveBeenCalled();
  });

  it('goes over one connection with the next, and over a new one where that was closed meanwhile', async () => {
    const connections: Socket[] = [];
    let calls = 0;
    const server = await serve((asked, answer) => {
      // The third call arrives on a connection that the server has given up: it is closed without a word.
      if (++calls === 3) asked.socket.destroy();
      else answer.end();
    });
    server.on('connection', (socket) => connections.push(socket));
    const sender = senderWith();
    const call = () => sender(`http://127.0.0.1:${portOf(server)}/`, init);
    const init = { method: 'GET', headers: {}, signal: new AbortController().signal, redirect: 'manual' } as const;
    expect([(await call()).status, (await call()).status, connections.length]).toEqual([200, 200, 1]);
    expect([(await call()).status, connections.length]).toEqual([200, 2]);
  });

  it.runIf(
    Object.values(networkInterfaces())
      .flat()
      .some((address) => address?.address === '::1'),
  )('goes to an IPv6 address', async () => {
    const server = await listening(createServer(ok), '::1');
    expect((await send(`http://[::1]:${portOf(server)}/`)).status).toBe(200);
  });

  it('that is not wanted any more ends with the reason why', async () => {
    const controller = new AbortController();
    const enough = new Error('enough');
    const server = await serve(() => controller.abort(enough));
    const address = `http://127.0.0.1:${portOf(server)}/`;
    await expect(send(address, { signal: controller.signal })).rejects.toBe(enough);
    await expect(send(address, { signal: AbortSignal.abort(enough) })).rejects.toBe(enough);
  });
});

describe('a call whose time is up says how far it came', () => {
  /** Time that is up when a test says so. */
  const timeUp = () => {
    const controller = new AbortController();
    return { signal: controller.signal, end: () => controller.abort(new DOMException('time is up', 'TimeoutError')) };
  };

  it('to no connection', async () => {
    const { signal, end } = timeUp();
    // TLS does not come about.
    const port = await silent(end);
    expect(await failure(send(`https://127.0.0.1:${port}/`, { signal }))).toBe(
      `No connection in time to 127.0.0.1:${port}`,
    );
  });

  it('to no connection through the proxy', async () => {
    const { signal, end } = timeUp();
    const port = await silent(end);
    const way = { proxy: parseProxy(`127.0.0.1:${port}`, '--proxy') };
    expect(await failure(send('https://api.corp.example/', { signal }, way))).toBe(
      `No connection in time to api.corp.example through the proxy http://127.0.0.1:${port}`,
    );
  });

  it('to no answer', async () => {
    const { signal, end } = timeUp();
    const server = await serve(end);
    const words = await failure(send(`http://127.0.0.1:${portOf(server)}/`, { signal }));
    expect(words).toBe(`No answer in time from 127.0.0.1:${portOf(server)}`);
  });
});

describe('an answer', () => {
  const packed = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
  const answering = async (encoding: string | undefined, body: Buffer | string) => {
    const headers = encoding === undefined ? {} : { 'content-encoding': encoding };
    const server = await serve((_asked, answer) => answer.writeHead(200, headers).end(body));
    return send(`http://127.0.0.1:${portOf(server)}/`);
  };

  it.each(Object.entries(packed))('that is packed as %s is unpacked', async (encoding, pack) => {
    expect(await (await answering(encoding, pack('grüße'))).text()).toBe('grüße');
    expect(await (await answering(encoding.toUpperCase(), pack(''))).text()).toBe('');
  });

  it('may be packed without the format’s header, as some servers do', async () => {
    expect(await (await answering('deflate', deflateRawSync('x'.repeat(500)))).text()).toBe('x'.repeat(500));
  });

  it.each(Object.entries(packed))('that is small and unpacks without end as %s is not read', async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(64 * KIB * KIB));
    expect(bomb.length).toBeLessThan(256 * KIB);
    expect(await failure(answering(encoding, bomb))).toBe(
      'The answer is longer than 1024 KiB, and no answer of the server is.',
    );
  });

  it.each([
    ['says so', { 'content-length': String(257 * KIB) }],
    ['does not say so', {}],
  ])('that is too long and %s is not read', async (_what, headers) => {
    const ended = Promise.withResolvers<void>();
    const server = await serve((_asked, answer) => {
      answer.writeHead(200, headers).once('close', ended.resolve);
      answer.write(Buffer.alloc(257 * KIB));
    });
    expect(await failure(send(`http://127.0.0.1:${portOf(server)}/`))).toContain('longer than 256 KiB');
    // It is hung up on, however much more there would be.
    await ended.promise;
  });

  it.each([
    ['gzip', 'not packed at all'],
    ['br', 'not packed at all'],
    ['gzip', gzipSync('x'.repeat(1000)).subarray(0, 20)],
  ])('that is no %s is told as that', async (encoding, body) => {
    expect(await failure(answering(encoding, body))).toMatch(`The answer cannot be unpacked (${encoding}): `);
  });

  it.each(['zstd', 'gzip, br', 'compress'])('that is packed as %s was not asked for', async (encoding) => {
    expect(await failure(answering(encoding, 'x'))).toBe(
      `The answer is packed as "${encoding}", which was not asked for.`,
    );
  });

  it('that breaks off is none', async () => {
    const server = await serve((_asked, answer) => {
      answer.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => answer.destroy());
    });
    expect(await failure(send(`http://127.0.0.1:${portOf(server)}/`))).toMatch(/^The answer broke off from 127/);
  });

  it('that is no HTTP is none', async () => {
    const odd = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
    closing.push(() => odd.close());
    expect(await failure(send(`http://127.0.0.1:${portOf(odd)}/`))).toMatch(/^No answer from 127.*Parse Error/);
  });

  it('that nobody gives is none, and the address and the reason are told', async () => {
    const server = await serve(ok);
    const port = portOf(server);
    await closing.pop()?.();
    expect(await failure(send(`http://127.0.0.1:${port}/`))).toMatch(
      `No connection to 127.0.0.1:${port}: connect ECONNREFUSED`,
    );
  });
});

describe('a proxy', () => {
  const credentials = 'CORP\\ann:p@ss';
  const at = (port: number, user = 'CORP%5Cann:p%40ss@', scheme = 'http') =>
    parseProxy(`${scheme}://${user}127.0.0.1:${port}`, 'HTTPS_PROXY');

  it('leads to the server, and sees neither what is sent nor the credential', async () => {
    const server = await serveTls(ok);
    const proxy = await proxyWith({ credentials });
    let seen: IncomingMessage['headers'] = {};
    server.on('request', (asked) => {
      seen = asked.headers;
    });
    const headers = { authorization: 'Bearer secret' };
    const answer = await send(`https://127.0.0.1:${portOf(server)}/v1/secret`, { headers }, { proxy: at(proxy.port) });
    expect(await answer.text()).toBe('{"ok":true}');
    expect(proxy.asked.map(({ method, target }) => `${method} ${target}`)).toEqual([
      `CONNECT 127.0.0.1:${portOf(server)}`,
    ]);
    expect(JSON.stringify(proxy.asked)).not.toContain('secret');
    expect(seen).toMatchObject(headers);
    expect(seen).not.toHaveProperty('proxy-authorization');
  });

  it('that is spoken to over TLS leads there too', async () => {
    const server = await serveTls(ok);
    const proxy = await proxyWith({ credentials, tls: issue({ subject: 'proxy', issuer: ca, hosts: ['127.0.0.1'] }) });
    const way = { proxy: at(proxy.port, undefined, 'https') };
    expect((await send(`https://127.0.0.1:${portOf(server)}/`, {}, way)).status).toBe(200);
  });

  it('is asked for the whole address where there is no TLS', async () => {
    const server = await serve(ok);
    const proxy = await proxyWith({ credentials });
    const address = `http://127.0.0.1:${portOf(server)}/v1/x?y`;
    expect((await send(address, { method: 'POST', body: '{}' }, { proxy: at(proxy.port) })).status).toBe(200);
    expect(proxy.asked).toMatchObject([{ method: 'POST', target: address }]);
    const words = await failure(send(address, {}, { proxy: at(proxy.port, 'ann:wrong@') }));
    expect(words).toContain('does not take the user and password that it is given (407');
  });

  it('that alone knows the server’s name is told that name', async () => {
    const server = await serveTls(ok, issue({ subject: 'api', issuer: ca, hosts: ['api.corp.example'] }));
    const proxy = await proxyWith({ hosts: { 'api.corp.example:443': portOf(server) } });
    expect((await send('https://api.corp.example/', {}, { proxy: at(proxy.port, '') })).status).toBe(200);
  });

  it.each([
    ['wants credentials', {}, '', 'wants a user and a password (407 Proxy Authentication Required)'],
    ['does not take those that it is given', {}, 'ann:wrong@', 'does not take the user and password'],
    ['signs people in another way', { challenge: 'NTLM, Negotiate' }, 'ann:x@', 'a sign-in by NTLM or Negotiate (407)'],
    ['takes Basic among others', { challenge: 'Negotiate, Basic realm="a, b"' }, 'ann:x@', 'does not take the user'],
  ])('that %s is told as that', async (_what, options, user, expected) => {
    const proxy = await proxyWith({ credentials, ...options });
    const words = await failure(send('https://api.corp.example/', {}, { proxy: at(proxy.port, user) }));
    expect(words).toContain(`The proxy http://127.0.0.1:${proxy.port} `);
    expect(words).toContain(expected);
    expect(words).not.toMatch(/wrong|\bann\b/);
  });

  it.each([
    ['403 Forbidden', 'does not connect to api.corp.example:443: 403 Forbidden'],
    ['502 Bad Gateway', 'does not connect to api.corp.example:443: 502 Bad Gateway'],
    ['hang up', 'gives no answer: socket hang up'],
  ])('that refuses with %s is told as that', async (refusal, expected) => {
    const proxy = await proxyWith();
    proxy.refuse = refusal;
    const words = await failure(send('https://api.corp.example/', {}, { proxy: at(proxy.port, '') }));
    expect(words).toContain(`The proxy http://127.0.0.1:${proxy.port} ${expected}`);
  });

  it('that is not there is told as that', async () => {
    const proxy = await proxyWith();
    const { port } = proxy;
    await closing.pop()?.();
    const words = await failure(send('https://api.corp.example/', {}, { proxy: at(port) }));
    expect(words).toMatch(`No connection to the proxy http://127.0.0.1:${port}: connect ECONNREFUSED`);
  });
});

describe('a certificate', () => {
  const DAY = 24 * 3_600_000;
  const ago = (days: number) => new Date(Date.now() - days * DAY);
  let words: (certificate: Parameters<typeof issue>[0], trust?: Trust) => Promise<string>;
  beforeEach(() => {
    words = async (certificate, trust = trusting) => {
      const server = await serveTls(ok, issue(certificate));
      return failure(send(`https://127.0.0.1:${portOf(server)}/`, {}, { trust }));
    };
  });
  const hosts = ['127.0.0.1'];

  it('of a company is trusted where its CA is given', async () => {
    const server = await serveTls(ok);
    expect((await send(`https://127.0.0.1:${portOf(server)}/`)).status).toBe(200);
  });

  it('of an issuer that is not known names that issuer, and what to do', async () => {
    const stranger = issue({ subject: 'Inspecting Proxy CA' });
    const told = await words({ subject: 'it', issuer: stranger, hosts }, new Trust());
    expect(told).toContain('127.0.0.1 shows a certificate that "Inspecting Proxy CA" issued');
    expect(told).toContain('--ca-file');
  });

  it('that issued itself is told as that', async () => {
    expect(await words({ subject: 'router', hosts }, new Trust())).toContain(
      '127.0.0.1 shows a certificate that it issued itself, "router", and this PC does not trust it',
    );
  });

  it('that is over is told with its end and this PC’s clock', async () => {
    const told = await words({ subject: 'it', issuer: ca, hosts, from: ago(30), to: ago(10) });
    const today = new Date().toISOString().slice(0, 10);
    expect(told).toContain(`"it", issued by "Company CA", expired on ${ago(10).toISOString().slice(0, 10)}`);
    expect(told).toContain(`this PC's clock says ${today}`);
  });

  it('that has not begun is told with its begin', async () => {
    const told = await words({ subject: 'it', issuer: ca, hosts, from: ago(-10), to: ago(-20) });
    expect(told).toContain(`begins on ${ago(-10).toISOString().slice(0, 10)}; this PC's clock says `);
  });

  it('for other hosts is told with those', async () => {
    const told = await words({ subject: 'it', issuer: ca, hosts: ['portal.example'] });
    expect(told).toContain(
      '127.0.0.1 shows a certificate for other hosts (DNS:portal.example), issued by "Company CA"',
    );
  });

  it('is looked at whatever the environment says', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    expect(await words({ subject: 'router', hosts }, new Trust())).toContain('issued itself');
  });

  it('is not even shown by what speaks no TLS', async () => {
    const server = await serve(ok);
    expect(await failure(send(`https://127.0.0.1:${portOf(server)}/`))).toMatch(/^No TLS with 127\.0\.0\.1: /);
  });
});
