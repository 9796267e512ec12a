/** `run`: the agent itself. */
import { basename, resolve } from 'node:path';
import { Attendant } from '../assistance/attendant.ts';
import { MadeHere } from '../assistance/made-here.ts';
import { keeping } from '../credential/credential.ts';
import { CredentialKeeper } from '../credential/keeper.ts';
import { CredentialRefusals } from '../credential/refusals.ts';
import { Accounts, proofPath } from '../local/accounts.ts';
import { socketAddress } from '../local/address.ts';
import { Gate } from '../local/gate.ts';
import { keepListening } from '../local/keep-listening.ts';
import { Limits } from '../local/limits.ts';
import { listen } from '../local/listener.ts';
import { createLog, type Log } from '../log.ts';
import { rotatingFile } from '../log-file.ts';
import { createSender } from '../network/sender.ts';
import { POLL_BACK_OFF } from '../pace.ts';
import { Bell } from '../person/bell.ts';
import { CommandBox } from '../person/command-box.ts';
import { PersonAtPc } from '../person/person.ts';
import { dryRun } from '../platform/dry-run.ts';
import { pollLoop } from '../poll-loop.ts';
import { reasonOf } from '../refusal.ts';
import { MAX_RESTARTS_PER_DAY } from '../restart/budget.ts';
import { RestartFlow } from '../restart/flow.ts';
import { createServer, type TaskServer } from '../server.ts';
import { isFollowed } from '../state/follower-file.ts';
import { Lock } from '../state/lock.ts';
import { unlessNoRoom } from '../state/not-saved.ts';
import { requestFile } from '../state/request-file.ts';
import { watchDirectory } from '../state/watch.ts';
import { oneLine } from '../text.ts';
import { type OptionsOf, seconds, wholeNumber } from './arguments.ts';
import { bindToMachine } from './bind.ts';
import { type Context, enrolledDevice } from './context.ts';
import { CONSENT_WITHIN_SECONDS } from './help.ts';
import { givenNetwork, wayTo } from './network.ts';
import { ensureEnrolled } from './provision.ts';
import { openStorage } from './storage.ts';
import { WrongUsage } from './usage.ts';

type Polled = Parameters<TaskServer['poll']>[0];

const logFor = ({ clock, log, tell }: Context, options: OptionsOf<'run'>): Log => {
  const maxMb = wholeNumber(options['log-max-mb'], 'log-max-mb', { min: 1, max: 1000, fallback: 10 });
  const keep = wholeNumber(options['log-keep'], 'log-keep', { min: 0, max: 100, fallback: 5 });
  const path = options['log-file'];
  if (path === undefined) return log;
  const otherwise = (line: string) => tell(line.trimEnd());
  return createLog(rotatingFile(resolve(path), { maxBytes: maxMb * 1024 * 1024, keep, otherwise }), clock.now);
};

export const run = async (context: Context, options: OptionsOf<'run'>): Promise<void> => {
  const log = logFor(context, options);
  try {
    await runAgent({ ...context, log }, options);
  } catch (error) {
    // A service's stderr may go nowhere.
    if (log !== context.log) log.error('agent ended', { problem: reasonOf(error) });
    throw error;
  }
};

/** When nothing more can come from there: the service that started this process wants it to end, or is itself gone. */
const endOf = (input: Context['input']): AbortSignal => {
  const ended = new AbortController();
  for (const event of ['end', 'close', 'error']) input.once(event, () => ended.abort());
  input.resume();
  // An input that stays open is no reason to stay.
  input.unref?.();
  return ended.signal;
};

/** State that cannot be understood ends it here, before anything is polled for or restarted. */
const runAgent = async (context: Context, options: OptionsOf<'run'>): Promise<void> => {
  const { stateDir, clock, random, log } = context;
  const pretend = options['dry-run'] ?? false;
  if (options['honour-grace'] && !pretend) throw new WrongUsage('--honour-grace goes with --dry-run.');
  // A fleet that is switched on together must not poll together; a trial run is alone.
  const spread = pretend ? 0 : POLL_BACK_OFF.floorSeconds;
  const startWithinSeconds = seconds(options['start-within'], 'start-within', spread);

  const network = givenNetwork(options);
  const consentWithinMs = seconds(options['consent-within'], 'consent-within', CONSENT_WITHIN_SECONDS) * 1000;

  const signalled = context.stop();
  const stop = options['stop-with-input'] ? AbortSignal.any([signalled, endOf(context.input)]) : signalled;
  const once = options.once ?? false;
  const real = context.platform(log);
  const lock = new Lock(stateDir, real.processIdentity);
  const enrolled = await ensureEnrolled(context, lock, options, { once, startWithinSeconds, stop });
  if (enrolled === 'stopped') return log.info('agent stopped');
  const device = await enrolledDevice(context);
  const { apiUrl, deviceId } = device;
  const maxRestartsPerDay = wholeNumber(options['max-restarts-per-day'], 'max-restarts-per-day', {
    min: 1,
    max: 100,
    fallback: device.maxRestartsPerDay ?? MAX_RESTARTS_PER_DAY,
  });
  const storage = await openStorage(context, { deviceId, pretend, lock });
  const { slot, ledger, device: file, unsaved } = storage;
  await bindToMachine({ file, log }, await real.machineMarks());
  const platform = pretend ? dryRun(real, stateDir, clock, log) : real;

  const credential = keeping(file, clock.now, (problem) => {
    if (problem === undefined) log.info('credential rotated');
    else
      log.warn('the new credential works, and cannot be written down as the only one', { problem: reasonOf(problem) });
  });
  const { way, reached } = await wayTo(context, network, apiUrl);
  const calls = createServer(apiUrl, credential, createSender(way), stop);
  const name = device.hasOwnName ? oneLine(context.hostname, 128) : '';
  const server = { ...calls, poll: (body: Polled) => calls.poll({ ...body, ...(name !== '' && { name }) }) };
  const skipGrace = pretend && !options['honour-grace'];
  const bell = new Bell();
  const box = new CommandBox(stateDir);
  await box.open().catch(unlessNoRoom(unsaved));
  const unwatchCommands = box.watch(() => bell.ring());
  // A help command of an account that needs no agent: somebody has asked, and may soon have to be asked.
  const requests = requestFile(stateDir);
  const unwatchRequests = watchDirectory(stateDir, (name) => {
    if (name === basename(requests.path)) bell.hurry();
  });
  const person = new PersonAtPc(platform, box, bell);
  const gate = new Gate({
    server,
    own: requests,
    file: storage.asked,
    platform,
    clock,
    accounts: new Accounts((name) => real.ownerOf(proofPath(process.platform, context.env, name) ?? '')),
    limits: new Limits(clock),
    deviceId,
    made: () => bell.hurry(),
  });
  const madeHere = new MadeHere(requests, storage.asked, clock.now);
  const attendant = new Attendant(
    {
      ...{ server, platform, slot, clock, log },
      isFollowed: async (id) => gate.isFollowed(id) || isFollowed(stateDir, id, real.processIdentity),
      isMadeHere: (id) => madeHere.includes(id),
      userOf: (id) => gate.userOf(id),
    },
    { consentWithinMs, tellOnly: options.once ?? false },
  );
  const keeper = new CredentialKeeper({ file, server, box, clock, random, log });
  const refusals = new CredentialRefusals({ file: storage.refused, clock, log, deviceId });
  const ports = { server, platform, person, clock, random, log };
  const flow = new RestartFlow({ ...ports, ledger, deviceId, dryRun: pretend, skipGrace, maxRestartsPerDay });
  // A trial is nothing to the other accounts, unless it is said where they find it.
  const socket = options.socket ?? (pretend ? undefined : socketAddress(process.platform, stateDir));
  const ended = new AbortController();
  const { openPipe } = real;
  const listening =
    once || socket === undefined
      ? undefined
      : keepListening(
          { listen: () => listen(socket, { answer: (call) => gate.answer(call), openPipe }), clock, random, log },
          ended.signal,
        );
  log.info('agent started', { deviceId, dryRun: pretend, stateDir, ...reached });
  try {
    await pollLoop(
      { ...ports, attendant, bell, keeper, flow, lock, refusals },
      { once, startWithinSeconds: enrolled === 'now' ? 0 : startWithinSeconds, stop },
    );
  } finally {
    unwatchCommands();
    unwatchRequests();
    person.close();
    attendant.close();
    ended.abort();
    await listening;
  }
  log.info('agent stopped');
};
