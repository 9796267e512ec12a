/** A company's proxy, as tests need one: CONNECT for https, the whole address for http, and Basic credentials. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';

export type ProxyOptions = {
  /** `user:password`; anybody may use it without. */
  credentials?: string;
  /** What it asks for credentials with. */
  challenge?: string;
  /** Where it connects to in place of `host:port`, since it alone knows the company's names. */
  hosts?: Readonly<Record<string, number>>;
  /** For one that is spoken to over TLS. */
  tls?: { key: string; cert: string };
};

/** What it was asked for, as it saw it. */
export type Asked = { method: string; target: string; headers: IncomingMessage['headers'] };

export class CompanyProxy {
  readonly asked: Asked[] = [];
  /** Answers every CONNECT with that in place of connecting; `hang up` ends the connection. */
  refuse: string | undefined;
  readonly #options: ProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: ProxyOptions = {}) {
    this.#options = options;
    const serve = (asked: IncomingMessage, answer: ServerResponse) => this.#forward(asked, answer);
    this.#server = options.tls ? createTlsServer(options.tls, serve) : createServer(serve);
    this.#server.on('connect', (asked: IncomingMessage, socket: Socket) => this.#tunnel(asked, socket));
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => this.#sockets.delete(socket));
  }

  #isLetIn({ method = '', url = '', headers }: IncomingMessage): boolean {
    this.asked.push({ method, target: url, headers });
    const { credentials } = this.#options;
    if (credentials === undefined) return true;
    return headers['proxy-authorization'] === `Basic ${Buffer.from(credentials).toString('base64')}`;
  }

  get #challenge(): string {
    return this.#options.challenge ?? 'Basic realm="company"';
  }

  #tunnel(asked: IncomingMessage, socket: Socket): void {
    this.#keep(socket);
    if (!this.#isLetIn(asked)) {
      socket.end(
        `HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: ${this.#challenge}\r\nContent-Length: 0\r\n\r\n`,
      );
      return;
    }
    if (this.refuse === 'hang up') {
      socket.destroy();
      return;
    }
    if (this.refuse !== undefined) {
      socket.end(`HTTP/1.1 ${this.refuse}\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${asked.url}`);
    const known = this.#options.hosts?.[asked.url ?? ''];
    const target =
      known === undefined ? connect(Number(port), hostname.replace(/[[\]]/g, '')) : connect(known, '127.0.0.1');
    this.#keep(target);
    target.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
  }

  #forward(asked: IncomingMessage, answer: ServerResponse): void {
    if (!this.#isLetIn(asked)) {
      answer.writeHead(407, { 'proxy-authenticate': this.#challenge }).end();
      return;
    }
    const { 'proxy-authorization': _, ...headers } = asked.headers;
    const forwarded = request(asked.url ?? '', { method: asked.method ?? 'GET', headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    forwarded.on('error', () => answer.destroy());
    asked.pipe(forwarded);
  }
}
