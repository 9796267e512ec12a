/** `request-help`, `follow-help` and `end-help`: the person's side of an assistance request. */
import { beforehand, nobody, onTerminal } from '../assistance/consent.ts';
import { endRequest, follow } from '../assistance/follow.ts';
import { requestHelp } from '../assistance/request.ts';
import { isOver, wordsFor } from '../assistance/words.ts';
import { readOnly } from '../credential/credential.ts';
import { Refusal } from '../refusal.ts';
import { createServer } from '../server.ts';
import { deviceFile } from '../state/device-file.ts';
import { requestFile } from '../state/request-file.ts';
import { type OptionsOf, required, seconds } from './arguments.ts';
import { type Context, enrolledDevice } from './context.ts';
import { WrongUsage } from './usage.ts';

const CONSENT_WITHIN_SECONDS = 120;

type Following = Pick<OptionsOf<'follow-help'>, 'consent' | 'consent-within'>;

/** Checks the options before anything is asked for. */
const followWith = (context: Context, options: Following) => {
  const { consent } = options;
  const consentWithinMs = seconds(options['consent-within'], 'consent-within', CONSENT_WITHIN_SECONDS) * 1000;
  if (consent !== undefined && consent !== 'accept' && consent !== 'refuse') {
    throw new WrongUsage('--consent must be accept or refuse.');
  }
  const live = context.input.isTTY ? onTerminal({ input: context.input, write: context.prompt }) : nobody;
  const ask = consent === undefined ? live : beforehand(consent === 'accept');

  return async (id: string): Promise<void> => {
    const { stateDir, clock, random, tell } = context;
    const { apiUrl, deviceId } = await enrolledDevice(stateDir);
    const server = createServer(apiUrl, readOnly(deviceFile(stateDir)));
    const ports = { server, file: requestFile(stateDir), clock, random, tell, ask, deviceId };
    await follow(ports, id, { consentWithinMs, stop: context.stop() });
  };
};

/** The request that this device last made, while it may be open. @throws Refusal when there is none */
const openRequest = async (stateDir: string, deviceId: string): Promise<string> => {
  const current = (await requestFile(stateDir).read())?.current;
  if (!current || current.deviceId !== deviceId || isOver(current.state)) {
    throw new Refusal('No request for help is open.');
  }
  return current.id;
};

export const help = async (context: Context, options: OptionsOf<'request-help'>): Promise<void> => {
  const { stateDir, clock, random } = context;
  const message = required(options, 'message');
  const requester = { name: required(options, 'name'), ...(options.email !== undefined && { email: options.email }) };
  const followRequest = followWith(context, options);

  const { apiUrl, deviceId } = await enrolledDevice(stateDir);
  const rustdeskId = options['rustdesk-id'] ?? (await context.platform().rustdeskId());
  const body = { message, requester, ...(rustdeskId !== undefined && { rustdeskId }) };
  const server = createServer(apiUrl, readOnly(deviceFile(stateDir)));
  const request = await requestHelp({ server, file: requestFile(stateDir), clock, random, deviceId }, body);
  context.print(request.id);
  if (options.wait) await followRequest(request.id);
};

export const followHelp = async (context: Context, options: OptionsOf<'follow-help'>): Promise<void> => {
  const followRequest = followWith(context, options);
  const { deviceId } = await enrolledDevice(context.stateDir);
  await followRequest(await openRequest(context.stateDir, deviceId));
};

export const endHelp = async (context: Context): Promise<void> => {
  const { stateDir, clock, random, tell } = context;
  const { apiUrl, deviceId } = await enrolledDevice(stateDir);
  const id = await openRequest(stateDir, deviceId);
  const request = await endRequest({ server: createServer(apiUrl, readOnly(deviceFile(stateDir))), clock, random }, id);
  await requestFile(stateDir).write({ current: { id, deviceId, state: request.state }, pending: undefined });
  tell(wordsFor(request));
};
