/** Reads the environment variables that `npm start` knows, and refuses the ones that would reach beyond this machine. */
import { resolve } from 'node:path';
import { StartError } from './errors.ts';

/**
 * Addresses that the local environment may replace: variables of the functions, and with `WEBHOOK_URL` those of webhooks.
 * All must be loopback URLs.
 */
const REPLACEABLE = ['TEAMVIEWER_API_URL', 'TEAMVIEWER_LOGIN_URL', 'WEBHOOK_URL'] as const;

export type Settings = {
  /** 0 picks a free port. */
  port: number;
  dataDir: string;
  /** Values for variables that a function declares in the stack; a function that does not declare one never sees it. */
  functionEnvironment: Readonly<Record<string, string>>;
  /** Engines to use in place of the embedded ones. */
  dynamodbEndpoint?: string;
  sqsEndpoint?: string;
  /** Copy the functions' output to stderr as well as to their log files. */
  logToStderr: boolean;
};

/** Whether the host of `url` can only be this machine. */
export const isLoopback = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
};

const readPort = (value: string | undefined): number => {
  if (value === undefined || value === '') return 3000;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new StartError(`PORT is ${value}: set it to a port number, or to 0 for any free port.`);
  }
  return port;
};

const readEndpoint = (name: string, value: string | undefined): string | undefined => {
  if (value === undefined || value === '') return undefined;
  if (!URL.canParse(value)) throw new StartError(`${name} is ${value}: set it to the URL of a running engine.`);
  return value.replace(/\/+$/, '');
};

/** Reads the settings from `env`. Throws `StartError` where a value cannot be used. */
export const readSettings = (env: NodeJS.ProcessEnv): Settings => {
  const functionEnvironment: Record<string, string> = {};
  for (const name of REPLACEABLE) {
    const value = env[name];
    if (value === undefined || value === '') continue;
    if (!isLoopback(value)) {
      throw new StartError(`${name} is ${value}: the local stack only talks to this machine. Use http://127.0.0.1:…`);
    }
    functionEnvironment[name] = value;
  }
  const dynamodbEndpoint = readEndpoint('AWS_ENDPOINT_URL_DYNAMODB', env['AWS_ENDPOINT_URL_DYNAMODB']);
  const sqsEndpoint = readEndpoint('AWS_ENDPOINT_URL_SQS', env['AWS_ENDPOINT_URL_SQS']);
  return {
    port: readPort(env['PORT']),
    dataDir: resolve(env['DATA_DIR'] || '.local'),
    functionEnvironment,
    ...(dynamodbEndpoint && { dynamodbEndpoint }),
    ...(sqsEndpoint && { sqsEndpoint }),
    logToStderr: env['LOCAL_LOG'] === '1',
  };
};
