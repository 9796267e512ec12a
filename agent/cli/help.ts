/** `request-help`, `follow-help` and `end-help`: the person's side of an assistance request. */
import { callOf } from '../assistance/call.ts';
import { beforehand, nobody, onTerminal } from '../assistance/consent.ts';
import { endRequest } from '../assistance/end-request.ts';
import { follow } from '../assistance/follow.ts';
import { requestHelp } from '../assistance/request.ts';
import { GONE, isOver, wordsFor } from '../assistance/words.ts';
import { refusalOf, whatToDo } from '../credential/refusals.ts';
import { Terminal } from '../person/terminal.ts';
import { Refusal, reasonOf } from '../refusal.ts';
import { type AssistanceServer, isOutage, isRefusal } from '../server.ts';
import { inMemory } from '../state/kept-file.ts';
import type { RequestState } from '../state/request-file.ts';
import { type OptionsOf, seconds } from './arguments.ts';
import type { Context } from './context.ts';
import { type Desk, openDesk } from './desk.ts';
import { WrongUsage } from './usage.ts';
import { whatToAsk } from './what-to-ask.ts';

export const CONSENT_WITHIN_SECONDS = 120;

const NOT_MADE_HERE =
  'A request for help with the credential of this PC is open already, and this one was not sent. As far as this PC knows, it was not made ' +
  'here, so it cannot be answered here: ask again when it is over.';

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

/** A request that is followed from here, and whether it was made on this machine. */
type Followed = { id: string; isOurs: boolean };

const ask = async ({ clock, random, print, tell }: Context, desk: Desk, body: Body): Promise<Followed> => {
  try {
    const { request, isOurs } = await requestHelp({ ...desk, clock, random }, body);
    print(request.id);
    if (!isOurs) tell(NOT_MADE_HERE);
    else if (request.message !== body.message) {
      tell('A request for help from this PC is open already, and stands as it was made; this one was not sent.');
    }
    return { id: request.id, isOurs };
  } catch (error) {
    const refused = refusalOf(error);
    if (refused !== undefined) throw new Refusal(whatToDo(refused));
    if (!isOutage(error)) throw error;
    throw new Refusal(`The server cannot be reached (${reasonOf(error)}). Ask again: it will be one request, not two.`);
  }
};

/** Follows it to its end. @returns what may be asked for once more, with one key: what is gone after 4 hours */
const followTo = async (
  context: Context,
  desk: Desk,
  { id, isOurs }: Followed,
  person: PersonHere,
): Promise<Body | undefined> => {
  const { clock, random, tell, input, prompt } = context;
  const { consent, consentWithinMs, asks } = person;
  const terminal = input.isTTY ? new Terminal({ input, write: prompt }) : undefined;
  const live = terminal ? onTerminal(terminal) : nobody;
  const stop = context.stop();
  const unfollow = asks && isOurs ? await desk.following(id) : async () => undefined;
  const { openLink } = context.platform();
  try {
    const file = isOurs ? desk.file : inMemory<RequestState>();
    const how = { clock, random, tell, openLink, ask: consent ? beforehand(consent === 'accept') : live };
    const options = { consentWithinMs, stop, isForeign: !isOurs };
    const { state, request } = await follow({ ...desk, ...how, file }, id, options);
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
  first: Followed,
  person: PersonHere,
  rustdeskId?: string,
): Promise<void> => {
  let followed = first;
  for (;;) {
    const again = await followTo(context, desk, followed, person);
    if (!again) return;
    followed = await ask(context, desk, await withRustdeskId(desk, again, rustdeskId));
  }
};

export const help = async (context: Context, options: OptionsOf<'request-help'>): Promise<void> => {
  const person = personAt(context, options);
  const { message, name } = await whatToAsk(context, options);
  const desk = await openDesk(context, { socket: options.socket, asks: person.asks, isNew: true, network: options });
  const call = callOf({ message, name, email: options.email }, context.tell);
  const rustdeskId = options['rustdesk-id'];
  if (rustdeskId !== undefined && !desk.namesRustdesk) {
    context.tell('--rustdesk-id is not sent: the agent that runs knows the RustDesk of this PC itself.');
  }
  const asked = await ask(context, desk, await withRustdeskId(desk, call, rustdeskId));
  if (options.wait) await followOnAndOn(context, desk, asked, person, rustdeskId);
};

export const followHelp = async (context: Context, options: OptionsOf<'follow-help'>): Promise<void> => {
  const person = personAt(context, options);
  const desk = await openDesk(context, { socket: options.socket, asks: person.asks, isNew: false, network: options });
  await followOnAndOn(context, desk, { id: await openRequest(desk), isOurs: true }, person);
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
