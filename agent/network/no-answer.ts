/** Nothing was answered, or nothing that can be read: the words say where it ended, the causes say why. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Somewhere to connect to. An IPv6 address has no brackets here. */
export type Endpoint = { readonly hostname: string; readonly port: number };

const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** Where a URL's requests go, or a proxy's. */
export const endpointOf = ({ protocol, hostname, port }: URL): Endpoint => ({
  hostname: bare(hostname),
  port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
});

/** As CONNECT, a `Host` header and a person write it. */
export const authorityOf = ({ hostname, port }: Endpoint): string =>
  `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
