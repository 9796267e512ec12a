/** `request-help`, `follow-help` and `end-help`: the person's side of an assistance request. */
import { callOf } from '../assistance/call.ts';
import { beforehand, nobody, onTerminal } from '../assistance/consent.ts';
import { endRequest } from '../assistance/end-request.ts';
import { follow } from '../assistance/follow.ts';
import { requestHelp } from '../assistance/request.ts';
import { GONE, isOver, wordsFor } from '../assistance/words.ts';
import { Terminal } from '../person/terminal.ts';
import { Refusal, reasonOf } from '../refusal.ts';
import { type AssistanceServer, isOutage, isRefusal, isUnknown } from '../server.ts';
import { type OptionsOf, required, seconds } from './arguments.ts';
import type { Context } from './context.ts';
import { type Desk, openDesk } from './desk.ts';
import { WrongUsage } from './usage.ts';

export const CONSENT_WITHIN_SECONDS = 120;

type Following = Pick<OptionsOf<'follow-help'>, 'consent' | 'consent-within' | 'socket'>;
type Body = Parameters<AssistanceServer['request']>[0];

/** How the person is asked in this process. Checks the options before anything is asked for. */
const personAt = (context: Context, options: Following) => {
  const { consent } = options;
  const consentWithinMs = seconds(options['consent-within'], 'consent-within', CONSENT_WITHIN_SECONDS) * 1000;
  if (consent !== undefined && consent !== 'accept' && consent !== 'refuse') {
    throw new WrongUsage('--consent must be accept or refuse.');
  }
  const { isTTY } = context.input;
  return { consent, consentWithinMs, asks: isTTY === true || consent !== undefined };
};

type PersonHere = ReturnType<typeof personAt>;

/** The request that was last made from here, while it may be open. @throws Refusal when there is none */
const openRequest = async ({ file, deviceId }: Desk): Promise<string> => {
  const current = (await file.read())?.current;
  if (!current || current.deviceId !== deviceId || isOver(current.state)) {
    throw new Refusal('No request for help is open.');
  }
  return current.id;
};

const ask = async ({ clock, random, print, tell }: Context, { server, file, deviceId }: Desk, body: Body) => {
  try {
    const request = await requestHelp({ server, file, clock, random, deviceId }, body);
    print(request.id);
    if (request.message !== body.message) {
      tell('A request for help from this PC is open already, and stands as it was made; this one was not sent.');
    }
    return request.id;
  } catch (error) {
    if (!isOutage(error) || isUnknown(error)) throw error;
    throw new Refusal(`The server cannot be reached (${reasonOf(error)}). Ask again: it will be one request, not two.`);
  }
};

/** Follows it to its end. @returns what may be asked for once more, with one key: what is gone after 4 hours */
const followTo = async (context: Context, desk: Desk, id: string, person: PersonHere): Promise<Body | undefined> => {
  const { clock, random, tell, input, prompt } = context;
  const { consent, consentWithinMs, asks } = person;
  const terminal = input.isTTY ? new Terminal({ input, write: prompt }) : undefined;
  const live = terminal ? onTerminal(terminal) : nobody;
  const stop = context.stop();
  const unfollow = asks ? await desk.following(id) : async () => undefined;
  const { openLink } = context.platform();
  try {
    const ports = { ...desk, clock, random, tell, openLink, ask: consent ? beforehand(consent === 'accept') : live };
    const { state, request } = await follow(ports, id, { consentWithinMs, stop });
    if (state !== 'expired' || !request || !terminal) return undefined;
    const again = await terminal.ask('Press Enter to ask again, or Ctrl-C to leave it. ', stop);
    const { message, requester } = request;
    return again === undefined ? undefined : { message, requester };
  } catch (error) {
    if (!stop.aborted) throw error;
    throw new Refusal(`It may not be over: ${reasonOf(error)}. Run "end-help" when the server can be reached.`);
  } finally {
    terminal?.close();
    await unfollow();
  }
};

const withRustdeskId = async (desk: Desk, body: Body, given?: string): Promise<Body> => {
  const rustdeskId = given ?? (await desk.rustdeskId());
  return { ...body, ...(rustdeskId !== undefined && { rustdeskId }) };
};

const followOnAndOn = async (
  context: Context,
  desk: Desk,
  first: string,
  person: PersonHere,
  rustdeskId?: string,
): Promise<void> => {
  let id = first;
  for (;;) {
    const again = await followTo(context, desk, id, person);
    if (!again) return;
    id = await ask(context, desk, await withRustdeskId(desk, again, rustdeskId));
  }
};

export const help = async (context: Context, options: OptionsOf<'request-help'>): Promise<void> => {
  const { message } = options;
  if (message === undefined) throw new WrongUsage('--message is missing.');
  const name = required(options, 'name');
  const person = personAt(context, options);
  const desk = await openDesk(context, { socket: options.socket, asks: person.asks, isNew: true, network: options });
  const call = callOf({ message, name, email: options.email }, context.tell);
  const rustdeskId = options['rustdesk-id'];
  const id = await ask(context, desk, await withRustdeskId(desk, call, rustdeskId));
  if (options.wait) await followOnAndOn(context, desk, id, person, rustdeskId);
};

export const followHelp = async (context: Context, options: OptionsOf<'follow-help'>): Promise<void> => {
  const person = personAt(context, options);
  const desk = await openDesk(context, { socket: options.socket, asks: person.asks, isNew: false, network: options });
  await followOnAndOn(context, desk, await openRequest(desk), person);
};

export const endHelp = async (context: Context, options: OptionsOf<'end-help'>): Promise<void> => {
  const { clock, random, tell } = context;
  const desk = await openDesk(context, { socket: options.socket, asks: false, isNew: false, network: options });
  const { server, file, deviceId } = desk;
  const id = await openRequest(desk);
  const keep = (state: string) => file.write({ current: { id, deviceId, state }, pending: undefined });
  try {
    const request = await endRequest({ server, clock, random }, id);
    await keep(request.state);
    tell(wordsFor(request));
  } catch (error) {
    if (!isRefusal(error) || error.status !== 410) throw error;
    await keep('expired');
    tell(GONE);
  }
};
