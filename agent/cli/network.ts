/** The way to the server, as the commands that call it are told of it: options, what is kept, and the environment. */
import { resolve } from 'node:path';
import type { Send } from '../../lib/api/client.ts';
import { type Given, givenBy, keepingOf } from '../network/keeping.ts';
import { parseProxy } from '../network/proxy.ts';
import { createSender } from '../network/sender.ts';
import { type NetworkSettings, proxyFor } from '../network/settings.ts';
import { readCertificates, Trust } from '../network/trust.ts';
import { reasonOf } from '../refusal.ts';
import { writeFileAtomically } from '../state/atomic-file.ts';
import { certificatesPath, networkFile } from '../state/network-file.ts';
import type { OptionsOf } from './arguments.ts';
import type { Context } from './context.ts';
import { WrongUsage } from './usage.ts';

export type NetworkOptions = Pick<OptionsOf<'run'>, 'proxy' | 'no-proxy' | 'ca-file'>;

const checked = (proxy: string): string => {
  try {
    if (proxy !== 'none') parseProxy(proxy, '--proxy');
    return proxy;
  } catch (error) {
    throw new WrongUsage(reasonOf(error));
  }
};

/** What the command line says. @throws WrongUsage for a proxy that is none */
export const givenNetwork = (options: NetworkOptions): NetworkSettings => {
  const caFile = options['ca-file'];
  return {
    proxy: options.proxy === undefined ? undefined : checked(options.proxy),
    noProxy: options['no-proxy'],
    caFile: caFile === undefined ? undefined : resolve(caFile),
  };
};

export const givenByOptions = (options: NetworkOptions): Given =>
  givenBy(givenNetwork(options), { proxy: '--proxy', caFile: '--ca-file' });

/** How the server is reached, in words that may be logged. */
export type Reached = { readonly proxy: string | undefined; readonly caFile: string | undefined };

type Kept = Pick<Context, 'stateDir' | 'env'>;

/** @throws Refusal for a proxy or certificates that cannot be used */
export const wayTo = async ({ stateDir, env }: Kept, given: NetworkSettings, apiUrl: string) => {
  const file = networkFile(stateDir);
  const kept = (await file.read()) ?? {};
  const proxy = proxyFor(new URL(apiUrl), { given, kept: { ...kept, path: file.path }, env });
  const caFile = given.caFile ?? kept.caFile;
  const certificates = caFile === undefined ? [] : readCertificates(caFile, given.caFile ? '--ca-file' : file.path);
  const reached: Reached = { proxy: proxy?.shown, caFile };
  return { way: { proxy, trust: new Trust(certificates) }, reached };
};

/** Sends calls to the server. @throws Refusal for a proxy or certificates that cannot be used */
export const senderFor = async (context: Kept, options: NetworkOptions, apiUrl: string): Promise<Send> =>
  createSender((await wayTo(context, givenNetwork(options), apiUrl)).way);

/** Keeps what was given for the agent that runs, and for the next commands. @throws Refusal where it cannot be used */
export const keepNetwork = async (stateDir: string, given: Given): Promise<void> => {
  const file = networkFile(stateDir);
  const copy = certificatesPath(stateDir);
  const keeping = keepingOf((await file.read()) ?? {}, given, copy);
  if (!keeping) return;
  if (keeping.certificates !== undefined) await writeFileAtomically(copy, keeping.certificates);
  await file.write(keeping.settings);
};
