/**
 * `provision.json`, by which an agent that is not enrolled enrols itself: whoever installs it lays it there, and it is believed
 * only where nobody but an administrator can have written it.
 */
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import { serverUrl } from '../api-url.ts';
import type { NetworkSettings } from '../network/settings.ts';
import type { Platform } from '../platform/platform.ts';
import { Refusal, reasonOf } from '../refusal.ts';
import { NO_FOLLOW, writeFileAtomically } from '../state/atomic-file.ts';
import { object, optional, parseJson, string } from '../state/shape.ts';
import { defaultStateDir } from '../state/state-dir.ts';

const NAME = 'provision.json';
const LONGEST_BYTES = 64 * 1024;
const LONGEST_NAME = 128;

const members = {
  api: string,
  /** Removed once it has been used. */
  enrollmentToken: optional(string),
  name: optional(string),
  proxy: optional(string),
  caFile: optional(string),
};
const parse = object(members);

export type Provision = {
  readonly path: string;
  readonly apiUrl: string;
  readonly enrollmentToken: string;
  readonly name: string | undefined;
  readonly network: NetworkSettings;
};

/** Where it may lie, the first one counts: the state directory, and the platform's place for what an administrator configures. */
export const provisionPaths = (stateDir: string, platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] => {
  const configuration =
    platform === 'linux' ? posix.join('/etc/remote-assist', NAME) : join(defaultStateDir(platform, env), NAME);
  return [...new Set([join(stateDir, NAME), configuration])];
};

const isThere = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch (error) {
    // A link that leads nowhere is there, and will be refused.
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
};

/** Windows' own programs write UTF-16, and UTF-8 with a mark at its start. */
const decode = (bytes: Buffer): string =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);

const readBounded = async (path: string): Promise<string> => {
  const file = await open(path, constants.O_RDONLY | NO_FOLLOW);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_BYTES + 1), 0, LONGEST_BYTES + 1, 0);
    if (bytesRead > LONGEST_BYTES) throw new Error(`it is longer than ${LONGEST_BYTES} bytes`);
    return decode(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
};

const understand = (path: string, text: string): Provision => {
  const given = parseJson(text);
  const { api, enrollmentToken, name, proxy, caFile } = parse(given);
  const unknown = Object.keys(given as object).filter((member) => !Object.hasOwn(members, member));
  if (unknown.length > 0) throw new Error(`it has members that are not known: ${unknown.join(', ')}`);
  const apiUrl = serverUrl(api);
  if (apiUrl === undefined) throw new Error('api must be an https URL; http is for this machine alone');
  if (!enrollmentToken?.trim()) {
    throw new Error('it has no enrollmentToken, which is removed once it was used; put a new one into it');
  }
  const isName = name === undefined || (name.trim() !== '' && name.length <= LONGEST_NAME && /^\P{Cc}*$/u.test(name));
  if (!isName) throw new Error(`name must have 1 to ${LONGEST_NAME} characters, in one line`);
  return {
    path,
    apiUrl,
    enrollmentToken: enrollmentToken.trim(),
    name: name?.trim(),
    // A path without a folder lies beside it.
    network: { proxy, caFile: caFile === undefined ? undefined : resolve(dirname(path), caFile) },
  };
};

type Trust = Pick<Platform, 'distrustFile'>;

const believe = async (path: string, { distrustFile }: Trust): Promise<void> => {
  const why = await distrustFile(path).catch((error: unknown) => `${path} cannot be looked at (${reasonOf(error)})`);
  if (why === undefined) return;
  throw new Refusal(`${why}. What is to be believed must be an administrator's alone, with its folders.`);
};

/** @returns the path of the one that counts; `undefined` where none is there */
export const findProvision = async (paths: readonly string[]): Promise<string | undefined> => {
  for (const path of paths) if (await isThere(path)) return path;
  return undefined;
};

/** @throws Refusal where it, or the file of certificates that it names, must not be believed or cannot be understood */
export const readProvision = async (path: string, trust: Trust): Promise<Provision> => {
  await believe(path, trust);
  let provision: Provision;
  try {
    provision = understand(path, await readBounded(path));
  } catch (error) {
    throw new Refusal(`${path} cannot be used: ${reasonOf(error)}.`);
  }
  if (provision.network.caFile !== undefined) await believe(provision.network.caFile, trust);
  return provision;
};

/** Takes the token out, and leaves all else. @throws Refusal, NotSaved */
export const removeToken = async (path: string, trust: Trust): Promise<void> => {
  if (!(await isThere(path))) return;
  await believe(path, trust);
  const { enrollmentToken, ...others } = parseJson(await readBounded(path)) as Record<string, unknown>;
  if (enrollmentToken !== undefined) await writeFileAtomically(path, `${JSON.stringify(others, null, 2)}\n`);
};
