/** Windows: what the agent asks of its native host and of Windows' own programs, and what it makes of the answers. */
import { describe, expect, test } from 'vitest';
import { greet } from '../../../agent/local/through-agent.ts';
import { CommandFailed, type CommandOptions } from '../../../agent/platform/command.ts';
import { hostBeside, nativeHost } from '../../../agent/platform/native-host.ts';
import type { Confirmation, Confirmed, DialogAnswer, Question } from '../../../agent/platform/platform.ts';
import { windows } from '../../../agent/platform/windows.ts';

const HOST = 'C:\\Program Files\\Remote Assist\\remote-assist-host.exe';
const ENV = { SystemRoot: 'C:\\Windows', ProgramFiles: 'C:\\Program Files' };

type Call = { program: string; args: readonly string[]; options: CommandOptions | undefined };

/** @param answers what the host answers to each of its commands, as an object, or what it fails with */
const at = (answers: Record<string, object | Error> = {}, env: NodeJS.ProcessEnv = ENV) => {
  const calls: Call[] = [];
  const warned: string[] = [];
  const launched: string[][] = [];
  const run = async (program: string, args: readonly string[], options?: CommandOptions): Promise<string> => {
    calls.push({ program, args, options });
    const answer = program === HOST ? answers[args[0] ?? ''] : {};
    if (answer instanceof Error) throw answer;
    if (answer === undefined) throw new CommandFailed(`unexpected ${args[0]}`, { exitCode: 1 });
    return `${JSON.stringify(answer)}\n`;
  };
  const launch = async (file: string, args: readonly string[]) => {
    launched.push([file, ...args]);
    return true;
  };
  const warn = (what: string, problem: unknown) => void warned.push(`${what}: ${(problem as Error).message}`);
  const platform = windows({ host: nativeHost(run, HOST), run, env, launch, warn });
  return { calls, warned, launched, platform };
};

const open = new AbortController().signal;
const refused = new CommandFailed('access denied', { exitCode: 1 });

describe('what Windows knows', () => {
  const boot = { bootId: '00000039-0123456789abcdef', bootedAt: '2026-01-01T08:00:00Z', uptimeMs: 60_000 };

  test('the boot is asked for once, and is what the host says', async () => {
    const { calls, platform } = at({ boot });
    const known = { bootId: boot.bootId, bootedAt: boot.bootedAt, uptimeSeconds: expect.any(Number) };
    expect([await platform.boot(), await platform.boot()]).toEqual([known, known]);
    expect(calls.map(({ program, args }) => [program, ...args])).toEqual([[HOST, 'boot']]);
  });

  test('a boot is not made up where the host says nothing of it', async () => {
    await expect(at({ boot: refused }).platform.boot()).rejects.toThrow('access denied');
    await expect(at({ boot: { bootId: boot.bootId } }).platform.boot()).rejects.toThrow('expected');
  });

  test('a host that is not there is said to be a part of the agent', async () => {
    const { platform } = at({ boot: new CommandFailed('spawn ENOENT') });
    await expect(platform.boot()).rejects.toThrow('remote-assist-host.exe cannot be run, which is a part of the agent');
  });

  test('processes are told apart, and one that is gone is known', async () => {
    const { calls, platform } = at({ process: { identity: '00000039-01db000000000000' } });
    expect(await platform.processIdentity(42)).toBe('00000039-01db000000000000');
    expect(calls[0]?.args).toEqual(['process', '--pid', '42']);
    expect(await at({ process: { identity: null } }).platform.processIdentity(43)).toBeUndefined();
    // Not told: that is not gone.
    await expect(at({ process: refused }).platform.processIdentity(44)).rejects.toThrow('access denied');
  });

  test('the host lies beside the agent', () => {
    expect(hostBeside('C:\\Program Files\\Remote Assist\\remote-assist-agent.exe')).toBe(HOST);
  });
});

describe('the local pipe', () => {
  const PIPE = '\\\\.\\pipe\\remote-assist-0123456789abcdef';

  test('is opened to the other accounts by the host, since Node would let them take its place', async () => {
    const { calls, platform } = at({ 'open-pipe': { opened: true } });
    await platform.openPipe(PIPE);
    expect(calls.map(({ args }) => args)).toEqual([['open-pipe', '--path', PIPE]]);
    await expect(at({ 'open-pipe': refused }).platform.openPipe(PIPE)).rejects.toThrow('access denied');
  });

  test('is called through the host, with what a caller needs and no more', async () => {
    const { calls, platform } = at({ 'call-pipe': { body: { deviceId: 'dev_1' } } });
    expect(await greet({ path: PIPE, exchange: platform.exchange })).toBe('dev_1');
    expect(calls[0]?.args).toEqual(['call-pipe', '--path', PIPE]);
    expect(calls[0]?.options?.input).toBe('{"op":"hello"}\n');
    await expect(greet({ path: PIPE, exchange: at({ 'call-pipe': refused }).platform.exchange })).rejects.toThrow(
      'denied',
    );
  });
});

test.each([
  [false, ['/r', '/t', '0', '/d', 'p:4:1']],
  [true, ['/r', '/t', '0', '/f', '/d', 'p:4:1']],
])('it restarts (force %s), and takes that back', async (force, args) => {
  const { calls, platform } = at();
  await platform.restart({ force });
  await platform.abortRestart();
  const program = 'C:\\Windows\\System32\\shutdown.exe';
  expect(calls).toEqual([
    { program, args },
    { program, args: ['/a'] },
  ]);
});

describe('a message', () => {
  test('goes by the input, without control characters', async () => {
    const { calls, warned, platform } = at({ message: { shown: 2 } });
    await platform.notify('/W Grüße, 日本\u0000');
    expect(calls).toEqual([{ program: HOST, args: ['message'], options: { input: '/W Grüße, 日本' } }]);
    expect(warned).toEqual([]);
  });

  test('that cannot be shown stops nothing, and the log says why', async () => {
    const { warned, platform } = at({ message: refused });
    await platform.notify('Hello');
    expect(warned).toEqual(['a message could not be shown: access denied']);
  });
});

describe('yes or no', () => {
  const wish: Confirmation = { text: 'Bob', yes: 'Allow', no: 'Refuse', user: 'ann\n', timeoutMs: 90_500 };

  test.each<[object | Error, Confirmed]>([
    [{ shown: 1, answer: 'yes' }, 'yes'],
    [{ shown: 1, answer: 'no' }, 'no'],
    [{ shown: 1, answer: 'cancel' }, 'no'],
    [{ shown: 1, answer: 'none' }, 'no'],
    [{ shown: 0, answer: 'none' }, 'unavailable'],
    // Only the button that was pressed is a yes.
    [{ shown: 1, answer: 'true' }, 'unavailable'],
    [refused, 'unavailable'],
  ])('%j', async (answer, confirmed) => {
    const { calls, platform } = at({ ask: answer });
    expect(await platform.confirm(wish, open)).toBe(confirmed);
    const [call] = calls;
    expect(call?.args.join(' ')).toBe('ask --buttons yesNo --seconds 90 --decisive yes,no --user ann');
    expect(call?.options).toMatchObject({ input: 'Bob\n\nYes: Allow.\nNo: Refuse.', timeoutMs: 150_500 });
  });

  test('a question that nobody could be asked is in the log, with the reason', async () => {
    const { warned, platform } = at({ ask: refused });
    await platform.confirm(wish, open);
    expect(warned).toEqual(['nobody at this PC could be asked: access denied']);
  });

  test('a question that was taken back is none, and no fault', async () => {
    const { warned, platform } = at({ ask: refused });
    expect(await platform.confirm(wish, AbortSignal.abort())).toBe('no');
    expect(warned).toEqual([]);
  });
});

describe('a warning with a choice', () => {
  const question: Question = { text: 'Save your work.', postponeMinutes: 60, mayReject: true, timeoutMs: 90_500 };
  const ask = async (answer: string, more: Partial<Question> = {}) => {
    const { calls, platform } = at({ ask: { shown: 2, answer } });
    return { answer: await platform.ask({ ...question, ...more }, open), args: calls[0]?.args.join(' ') };
  };

  test.each<[string, DialogAnswer]>([
    ['yes', 'postpone'],
    ['no', 'reject'],
    ['cancel', 'none'],
    ['none', 'none'],
  ])('%s is %s', async (pressed, answer) => {
    const asked = await ask(pressed);
    expect(asked.answer).toBe(answer);
    // Everybody is asked, and who puts it off or refuses decides.
    expect(asked.args).toBe('ask --buttons yesNoCancel --seconds 90 --decisive yes,no');
  });

  test.each<[Partial<Question>, string, DialogAnswer]>([
    [{ mayReject: false }, 'yes', 'postpone'],
    [{ mayReject: false }, 'no', 'none'],
    [{ postponeMinutes: undefined }, 'yes', 'reject'],
    [{ postponeMinutes: undefined }, 'no', 'none'],
  ])('with %j, %s is %s', async (more, pressed, answer) => {
    const asked = await ask(pressed, more);
    expect(asked.answer).toBe(answer);
    // One who wants it as announced does not decide for the others.
    expect(asked.args).toBe('ask --buttons yesNo --seconds 90 --decisive yes');
  });
});

describe('a link', () => {
  const link = 'https://tv.example/1?a=1&calc.exe';

  test('is opened without a shell, where there is a screen', async () => {
    const { launched, platform } = at({}, { SESSIONNAME: 'Console', ...ENV });
    expect(await platform.openLink(link)).toBe(true);
    expect(launched).toEqual([['C:\\Windows\\System32\\rundll32.exe', 'url.dll,FileProtocolHandler', link]]);
  });

  test('is opened by the service on the screen of that person', async () => {
    const { calls, launched, platform } = at({ 'open-link': { started: 1 } });
    expect(await platform.openLink(link, 'EXAMPLE\\jürgen müller')).toBe(true);
    expect(calls[0]?.args).toEqual(['open-link', '--link', link, '--user', 'EXAMPLE\\jürgen müller']);
    expect(launched).toEqual([]);
  });

  test('that is not opened is said not to be', async () => {
    expect(await at({ 'open-link': { started: 0 } }).platform.openLink(link)).toBe(false);
    const { warned, platform } = at({ 'open-link': refused });
    expect(await platform.openLink(link)).toBe(false);
    expect(warned).toEqual(['a link could not be opened: access denied']);
  });
});

test('nothing is asked of PowerShell or of msg.exe', async () => {
  const { calls, platform } = at({ boot: refused, machine: refused, process: refused, message: refused, ask: refused });
  const wish = { text: '', yes: '', no: '', user: undefined, timeoutMs: 1 };
  const question = { text: '', postponeMinutes: 1, mayReject: false, timeoutMs: 1 };
  await platform.boot().catch(() => undefined);
  await platform.processIdentity(1).catch(() => undefined);
  await platform.serialNumber();
  await platform.notify('');
  await platform.confirm(wish, open);
  await platform.ask(question, open);
  await platform.openLink('https://tv.example/1');
  expect(new Set(calls.map(({ program }) => program))).toEqual(new Set([HOST]));
});
