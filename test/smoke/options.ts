/** The command line of `npm run smoke`. */
import { CONNECTOR_NAMES, type ConnectorName } from '../../lib/api/assistance.ts';
import { parseOptions, UsageError, wholeNumber } from '../../lib/command-line.ts';

/** A token on the command line is seen by everybody on the machine, so it may come by the environment. */
export const TOKEN_VARIABLE = 'REMOTE_ASSIST_TOKEN';

export const USAGE = `Usage: npm run smoke -- --api URL --token TOKEN [--connector NAME] [--patience SECONDS]

Takes a deployment through its main job, by its public API alone: enrols a test device, asks for help and gets it, orders
a restart and proves it, and retires the device again. Nothing restarts: the device is this program.

  --api URL           where the API is: the deployment's output ApiUrl, without a path
  --token TOKEN       an access token of an admin with the role admin; better given as ${TOKEN_VARIABLE}
  --connector NAME    approves with this connector (${CONNECTOR_NAMES.join(', ')}); by default with the deployment's own default
  --patience SECONDS  how long to wait for each thing that follows by itself, 1 to 600 (default 60)

The device is called smoke-test-…, and "Smoke test" asks for help. Admins are alerted of that as of any other request.

Exit codes: 0 all of it works, 1 something does not, 2 wrong usage.
`;

export type Options = {
  readonly api: string;
  readonly token: string;
  readonly connector?: ConnectorName;
  readonly patienceMs: number;
};

const readApi = (value: string | undefined): string => {
  const url = URL.canParse(value ?? '') ? new URL(value ?? '') : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError('--api URL is needed: http:// or https://');
  if (url.pathname !== '/' || url.search !== '') throw new UsageError(`--api is ${value}: it must have no path`);
  return url.origin;
};

const readConnector = (value: string | undefined): ConnectorName | undefined => {
  const known = CONNECTOR_NAMES.find((name) => name === value);
  if (value !== undefined && !known) throw new UsageError(`--connector is ${value}: ${CONNECTOR_NAMES.join(' or ')}`);
  return known;
};

/** @throws UsageError */
export const readOptions = (args: string[], env: NodeJS.ProcessEnv): Options => {
  const values = parseOptions(args, {
    api: { type: 'string' },
    token: { type: 'string' },
    connector: { type: 'string' },
    patience: { type: 'string', default: '60' },
  });
  const api = readApi(values.api);
  const token = (values.token ?? env[TOKEN_VARIABLE] ?? '').trim();
  if (token === '') throw new UsageError(`--token TOKEN or ${TOKEN_VARIABLE} is needed`);
  const connector = readConnector(values.connector);
  const patienceMs = wholeNumber('patience', values.patience, 1, 600) * 1000;
  return { api, token, ...(connector && { connector }), patienceMs };
};
