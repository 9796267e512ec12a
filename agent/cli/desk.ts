/**
 * The way a help command goes: straight to the server where this account may read the device's credential, and through the
 * agent that runs where it may not. Through the agent, what the person asked for is kept in their own directory. A disk that takes
 * nothing stops neither: then the agent that runs, or this process, keeps in mind what was asked for.
 */
import { createHash, randomBytes } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { readOnly } from '../credential/credential.ts';
import { proofPath } from '../local/accounts.ts';
import { accountDir, socketAddress } from '../local/address.ts';
import { greet, introduce, throughAgent } from '../local/through-agent.ts';
import { Refusal, reasonOf } from '../refusal.ts';
import { type AssistanceServer, createServer } from '../server.ts';
import { type AskedFile, askedFile } from '../state/asked-file.ts';
import { deviceFile, type Enrolled } from '../state/device-file.ts';
import { noteFollower } from '../state/follower-file.ts';
import { jsonFile } from '../state/json-file.ts';
import { inMemory, keptFile } from '../state/kept-file.ts';
import { NotSaved, unlessSaved } from '../state/not-saved.ts';
import { type RequestFile, requestFile } from '../state/request-file.ts';
import { object, string } from '../state/shape.ts';
import { makeStateDir } from '../state/state-dir.ts';
import { type Context, enrolledDevice } from './context.ts';
import { type NetworkOptions, senderFor } from './network.ts';

export type Desk = {
  server: AssistanceServer;
  file: RequestFile;
  deviceId: string;
  /** What other accounts asked for through the agent, where this one may know. */
  asked?: Pick<AskedFile, 'read'>;
  /** The PC's own, where this process is to find it. */
  rustdeskId: () => Promise<string | undefined>;
  /** Whether it is this process that says which RustDesk the admin is to connect to. */
  namesRustdesk: boolean;
  /** Lets the agent that runs know that the person is asked here. @returns what ends that */
  following: (id: string) => Promise<() => Promise<void>>;
};

/** A directory that may not be looked into is one that may not be read; one that is not there is nobody's. */
const isClosed = async (stateDir: string): Promise<boolean> => {
  try {
    await access(join(stateDir, 'device.json'), constants.R_OK);
    return false;
  } catch (error) {
    return ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
};

/** Kept for as long as this process runs where the disk takes nothing, which the person is told once. */
const rememberedIn = ({ tell }: Context, dir: string): RequestFile => {
  let told = false;
  return keptFile(requestFile(dir), (problem) => {
    if (told) return;
    told = true;
    tell(`${reasonOf(problem)}. Help is asked for all the same; from here it can be followed in this window alone.`);
  });
};

const direct = async (context: Context, { apiUrl, deviceId }: Enrolled, network: NetworkOptions): Promise<Desk> => {
  const { stateDir } = context;
  const platform = context.platform();
  return {
    server: createServer(apiUrl, readOnly(deviceFile(stateDir)), await senderFor(context, network, apiUrl)),
    file: rememberedIn(context, stateDir),
    deviceId,
    asked: askedFile(stateDir),
    rustdeskId: platform.rustdeskId,
    namesRustdesk: true,
    following: (id) => noteFollower(stateDir, id, platform.processIdentity),
  };
};

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

const parseTicket = object({ ticket: string });

/** Where this account keeps its side; `undefined` where others could have laid something there, which it is told. */
const ownDirectory = async (context: Context): Promise<string | undefined> => {
  const dir = accountDir(process.platform, context.env, context.account.home);
  try {
    await makeStateDir(dir, context.platform());
  } catch (error) {
    if (error instanceof NotSaved) return dir;
    context.tell(reasonOf(error));
    return undefined;
  }
  return dir;
};

/** This account's secret, by which the agent knows it again; where it cannot be kept, for this process alone. */
const ownTicket = async (dir: string | undefined): Promise<string> => {
  const file = dir === undefined ? inMemory<{ ticket: string }>() : jsonFile(join(dir, 'ticket.json'), parseTicket);
  const known = await file.read();
  if (known) return known.ticket;
  const made = { ticket: randomBytes(32).toString('base64url') };
  await file.write(made).catch(unlessSaved(() => undefined));
  return made.ticket;
};

const throughSocket = async (context: Context, path: string, asks: boolean, enrolled?: Enrolled): Promise<Desk> => {
  const local = { path, exchange: context.platform().exchange };
  const deviceId = await greet(local).catch((error: unknown) => {
    throw new Refusal(
      `The agent on this PC cannot be reached (${reasonOf(error)}), and this account may not read ${context.stateDir}. ` +
        'An administrator can start it.',
    );
  });
  const dir = await ownDirectory(context);
  // Who may read the credential has a secret that needs no room on the disk.
  const ticket = enrolled ? hashOf(`ticket ${enrolled.deviceToken}`) : await ownTicket(dir);
  // Where that does not work, this account shares what the agent lets all of those do who are not known.
  const placeOf = (name: string) => proofPath(process.platform, context.env, name);
  await introduce(local, ticket, placeOf).catch(() => undefined);
  return {
    server: throughAgent(local, { ticket, user: context.account.name, asks }),
    file: dir === undefined ? inMemory() : rememberedIn(context, dir),
    deviceId,
    rustdeskId: async () => undefined,
    namesRustdesk: false,
    following: async () => async () => undefined,
  };
};

const hasRoom = async (file: RequestFile): Promise<boolean> => {
  try {
    await file.write((await file.read()) ?? { current: undefined, pending: undefined });
    return true;
  } catch (error) {
    if (error instanceof NotSaved) return false;
    throw error;
  }
};

const answers = (context: Context, path: string): Promise<boolean> =>
  greet({ path, exchange: context.platform().exchange }).then(
    () => true,
    () => false,
  );

export type DeskOptions = {
  /** Where the agent listens, where that is not its usual place; then it goes that way in any case. */
  socket: string | undefined;
  /** Whether the person can be asked in this process. */
  asks: boolean;
  /** Whether there will be something new to remember. */
  isNew: boolean;
  /** The way to the server, where it goes straight there. */
  network: NetworkOptions;
};

/** @throws Refusal when neither way is open */
export const openDesk = async (context: Context, options: DeskOptions): Promise<Desk> => {
  const { stateDir } = context;
  const { socket, asks, isNew, network } = options;
  const path = socket ?? socketAddress(process.platform, stateDir);
  if (socket !== undefined || (await isClosed(stateDir))) return throughSocket(context, path, asks);
  const enrolled = await enrolledDevice(context);
  const forgets = isNew && !(await hasRoom(requestFile(stateDir))) && (await answers(context, path));
  return forgets ? throughSocket(context, path, asks, enrolled) : direct(context, enrolled, network);
};
