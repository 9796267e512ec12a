/** The command line of `npm run sign-in`. */
import { parseOptions, UsageError } from '../../lib/command-line.ts';
import { whyNoIssuer } from '../issuers/issuer.ts';

export const USAGE = `Usage: npm run -s sign-in -- --issuer URL --client-id ID [--audience AUDIENCE] [--scope SCOPES]
                            [--redirect-uri URI]

Signs an admin in with the authorization code flow and PKCE, and prints their access token and nothing else: open the
address that it shows in a browser on this machine. A token that the stack cannot use is not printed; what is wrong with
it is.

  --issuer URL        the issuer of the stage, as the stack's output TokenIssuer has it
  --audience AUDIENCE for whom the token must be, as the stack's output TokenAudience has it; the issuer is asked for it,
                      too (default: the client, as with a user pool of the stack's own)
  --client-id ID      a client there that holds no secret: of the stack's own pool, the output that ends in ClientId
  --scope SCOPES      what to ask for, with spaces between (default "openid")
  --redirect-uri URI  where the sign-in ends, as registered with the client: http on localhost, with a port
                      (default http://localhost:8976/callback)

Exit codes: 0 the token is printed, 1 there is none or it cannot be used, 2 wrong usage.
`;

export type Options = {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: the client is the audience. */
  readonly audience?: string;
  readonly scope: string;
  readonly redirectUri: URL;
};

const readIssuer = (value = ''): string => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isLocal = url?.protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
  if (!url || !(url.protocol === 'https:' || isLocal)) throw new UsageError('--issuer URL is needed: an https URL');
  const why = isLocal ? undefined : whyNoIssuer(value);
  if (why !== undefined) throw new UsageError(`--issuer ${value} ${why}`);
  return value;
};

const readRedirectUri = (value: string): URL => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(url.hostname) && url.port !== '') return url;
  throw new UsageError(`--redirect-uri is ${value}: it must be http on localhost, with a port`);
};

/** @throws UsageError */
export const readOptions = (args: string[]): Options => {
  const values = parseOptions(args, {
    issuer: { type: 'string' },
    'client-id': { type: 'string' },
    audience: { type: 'string' },
    scope: { type: 'string', default: 'openid' },
    'redirect-uri': { type: 'string', default: 'http://localhost:8976/callback' },
  });
  const { 'client-id': clientId, audience, scope } = values;
  const issuer = readIssuer(values.issuer);
  if (!clientId) throw new UsageError('--client-id ID is needed');
  if (audience === '') throw new UsageError('--audience must not be empty');
  const redirectUri = readRedirectUri(values['redirect-uri']);
  return { issuer, clientId, ...(audience !== undefined && { audience }), scope, redirectUri };
};
