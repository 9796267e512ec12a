/**
 * The way a help command goes: straight to the server where this account may read the device's credential, and through the
 * agent that runs where it may not. Through the agent, what the person asked for is kept in their own directory.
 */
import { randomBytes } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { readOnly } from '../credential/credential.ts';
import { accountDir, socketAddress } from '../local/address.ts';
import { greet, throughAgent } from '../local/through-agent.ts';
import { Refusal, reasonOf } from '../refusal.ts';
import { type AssistanceServer, createServer } from '../server.ts';
import { deviceFile } from '../state/device-file.ts';
import { noteFollower } from '../state/follower-file.ts';
import { jsonFile } from '../state/json-file.ts';
import { type RequestFile, requestFile } from '../state/request-file.ts';
import { object, string } from '../state/shape.ts';
import { makeStateDir } from '../state/state-dir.ts';
import { type Context, enrolledDevice } from './context.ts';

export type Desk = {
  server: AssistanceServer;
  file: RequestFile;
  deviceId: string;
  /** The PC's own, where this process is to find it. */
  rustdeskId: () => Promise<string | undefined>;
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

const direct = async (context: Context): Promise<Desk> => {
  const { stateDir } = context;
  const { apiUrl, deviceId } = await enrolledDevice(stateDir);
  const platform = context.platform();
  return {
    server: createServer(apiUrl, readOnly(deviceFile(stateDir))),
    file: requestFile(stateDir),
    deviceId,
    rustdeskId: platform.rustdeskId,
    following: (id) => noteFollower(stateDir, id, platform.processIdentity),
  };
};

const parseTicket = object({ ticket: string });

/** This account's secret, by which the agent knows it again. */
const ownTicket = async (dir: string): Promise<string> => {
  const file = jsonFile(join(dir, 'ticket.json'), parseTicket);
  const known = await file.read();
  if (known) return known.ticket;
  const made = { ticket: randomBytes(32).toString('base64url') };
  await file.write(made);
  return made.ticket;
};

const throughSocket = async (context: Context, path: string, asks: boolean): Promise<Desk> => {
  const deviceId = await greet(path).catch((error: unknown) => {
    throw new Refusal(
      `The agent on this PC cannot be reached (${reasonOf(error)}), and this account may not read ${context.stateDir}. ` +
        'An administrator can start it.',
    );
  });
  const dir = accountDir(process.platform, context.env, context.account.home);
  await makeStateDir(dir, context.platform());
  const ticket = await ownTicket(dir);
  return {
    server: throughAgent(path, { ticket, user: context.account.name, asks }),
    file: requestFile(dir),
    deviceId,
    rustdeskId: async () => undefined,
    following: async () => async () => undefined,
  };
};

/**
 * @param socket where the agent listens, where that is not its usual place; then it goes that way in any case
 * @param asks whether the person can be asked in this process
 * @throws Refusal when neither way is open
 */
export const openDesk = async (context: Context, socket: string | undefined, asks: boolean): Promise<Desk> => {
  const { stateDir } = context;
  if (socket === undefined && !(await isClosed(stateDir))) return direct(context);
  return throughSocket(context, socket ?? socketAddress(process.platform, stateDir), asks);
};
