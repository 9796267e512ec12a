/** How the person is asked and heard: dialogs of each system, commands as files, and that silence is no choice. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bell } from '../../../agent/person/bell.ts';
import { CommandBox } from '../../../agent/person/command-box.ts';
import { PersonAtPc } from '../../../agent/person/person.ts';
import { CommandFailed, type RunCommand } from '../../../agent/platform/command.ts';
import { launch } from '../../../agent/platform/launch.ts';
import { linux } from '../../../agent/platform/linux.ts';
import { macos } from '../../../agent/platform/macos.ts';
import type { Confirmation, Confirmed, DialogAnswer, Question } from '../../../agent/platform/platform.ts';

const open = new AbortController().signal;
const question: Question = {
  text: 'Save <b>your</b> work.\u0007',
  postponeMinutes: 60,
  mayReject: true,
  timeoutMs: 90_500,
};

describe('a dialog on Linux', () => {
  const session = 'Name=ann\nUser=1000\nType=wayland\nClass=user\nActive=yes\nLockedHint=no\n';
  const desktop = (answer: (program: string) => string | Error, more: Record<string, string> = {}) => {
    const ran: string[][] = [];
    const run: RunCommand = async (file, args) => {
      const all = [file, ...args].join(' ');
      if (all.includes('list-sessions')) return more['sessions'] ?? '  c1 1000 ann seat0\n  c2 0 root\n';
      if (all.includes('show-session')) return more['session'] ?? session;
      if (all.includes('show-environment')) return 'DISPLAY=:0\nSECRET=x\nHOME=/home/ann\n';
      ran.push([file, ...args]);
      const result = answer(args.find((arg) => arg === 'zenity' || arg === 'kdialog') ?? '');
      if (result instanceof Error) throw result;
      return result;
    };
    return { ran, ask: (asked = question) => linux(run, undefined, undefined, undefined, 0).ask(asked, open) };
  };
  const ended = (exitCode: number, output = '', message = '') => new CommandFailed(message, { exitCode, output });

  test('is run as the person, in their session, with what a dialog needs', async () => {
    const { ran, ask } = desktop(() => '');
    expect(await ask()).toBe('postpone');
    expect(ran.filter((words) => words.includes('zenity'))).toHaveLength(1);
    expect(ran[0]?.slice(0, 5)).toEqual(['runuser', '-u', 'ann', '--', 'env']);
    expect(ran[0]).toEqual(expect.arrayContaining(['DISPLAY=:0', 'HOME=/home/ann', '--no-markup', '--timeout=90']));
    expect(ran[0]).toContain('--text=Save <b>your</b> work.');
    expect(ran[0]?.join()).not.toContain('SECRET');
  });

  test.each<[string, Error, DialogAnswer]>([
    ['Do not restart', ended(1, 'Do not restart\n'), 'reject'],
    ['Restart now', ended(1, 'Restart now\n'), 'restartNow'],
    ['OK', ended(1), 'none'],
    ['nothing until the timeout', ended(5), 'none'],
    ['nothing until it was ended', new CommandFailed('', { killed: true }), 'none'],
  ])('with %s', async (_, error, answer) => {
    expect(await desktop(() => error).ask()).toBe(answer);
  });

  test('falls back to kdialog, and to nothing', async () => {
    const missing = ended(127);
    const kde = desktop((program) => (program === 'zenity' ? missing : ended(1)));
    expect(await kde.ask()).toBe('reject');
    expect(await desktop((program) => (program === 'zenity' ? missing : ended(2))).ask()).toBe('none');
    expect(await desktop(() => missing).ask()).toBe('unavailable');
    expect(await desktop(() => ended(1, '', 'cannot open display: :0')).ask()).toBe('unavailable');
  });

  test.each([
    ['nobody is logged in', { sessions: '' }],
    ['the session is locked', { session: session.replace('LockedHint=no', 'LockedHint=yes') }],
    ['it is the greeter', { session: session.replace('Class=user', 'Class=greeter') }],
    ['it has no screen', { session: session.replace('wayland', 'tty') }],
    ['it is in the background', { session: session.replace('Active=yes', 'Active=no') }],
  ])('asks nobody when %s', async (_, more) => {
    const { ran, ask } = desktop(() => '', more);
    expect(await ask()).toBe('unavailable');
    expect(ran).toEqual([]);
  });

  test('offers only what the order allows', async () => {
    const { ran, ask } = desktop(() => '');
    await ask({ ...question, mayReject: false });
    expect(ran[0]?.join()).not.toContain('Do not restart');
    expect(await ask({ ...question, postponeMinutes: undefined })).toBe('reject');
    expect(ran[1]?.join()).not.toContain('Put it off');
  });
});

describe('all people at a Linux PC', () => {
  /** Sessions by their ids, as systemd tells of them. */
  const pc = (
    sessions: Record<string, string>,
    answer: (user: string, program: string) => string | Error = () => '',
  ) => {
    const shown: { user: string; program: string }[] = [];
    const open: string[] = [];
    const run: RunCommand = async (file, args, options) => {
      const all = [file, ...args].join(' ');
      if (all.includes('list-sessions'))
        return Object.keys(sessions)
          .map((id) => `${id} 1 x seat0\n`)
          .join('');
      if (all.includes('show-session')) return `Class=user\n${sessions[args.at(-1) ?? '']}`;
      if (all.includes('show-environment')) return 'DISPLAY=:0\n';
      const user = file === 'runuser' ? (args[1] ?? '') : '';
      const program = ['notify-send', 'zenity', 'kdialog'].find((name) => args.includes(name)) ?? file;
      shown.push({ user, program });
      const result = answer(user, program);
      if (result instanceof Error) throw result;
      if (result !== 'waits') return result;
      open.push(user);
      return new Promise((_resolve, reject) => {
        options?.signal?.addEventListener('abort', () => {
          open.splice(open.indexOf(user), 1);
          reject(new CommandFailed('', { killed: true }));
        });
      });
    };
    const launch = async (file: string, args: readonly string[]) => {
      await run(file, args);
      return true;
    };
    return { shown, open, platform: linux(run, undefined, undefined, launch, 0) };
  };
  const there = 'Type=wayland\nActive=yes\nLockedHint=no\n';

  test('are warned: at the screen, behind a lock, in the background, at a terminal, and with any name', async () => {
    const names = ['ann', 'jürgen müller', 'CORP\\ann', 'ann@corp.example', '山田'];
    const sessions = {
      c1: `Name=ann\nUser=1000\n${there}`,
      // As systemd writes what is not plain.
      c2: `Name=j\\xc3\\xbcrgen m\\xc3\\xbcller\nUser=1001\nType=x11\nActive=yes\nLockedHint=yes\n`,
      c3: 'Name=CORP\\x5cann\nUser=1002\nType=wayland\nActive=no\n',
      c4: `Name=ann@corp.example\nUser=1003\n${there}`,
      c5: `Name=山田\nUser=1004\n${there}`,
    };
    const { shown, platform } = pc(sessions);
    await platform.notify('Save your work.');
    expect(shown.filter(({ program }) => program === 'notify-send').map(({ user }) => user)).toEqual(names);
    expect(shown.map(({ program }) => program)).toContain('wall');
  });

  test('are warned although one session cannot be looked at, or has no notices', async () => {
    const none = new CommandFailed('', { exitCode: 127 });
    const { shown, platform } = pc(
      { c1: 'Name=\u0000\n', c2: `Name=ann\nUser=1000\n${there}`, c3: `Name=ben\nUser=1001\n${there}` },
      (user, program) => (user === 'ann' && program === 'notify-send' ? none : ''),
    );
    await platform.notify('Save your work.');
    expect(shown.filter(({ user }) => user !== '')).toEqual(
      expect.arrayContaining([
        { user: 'ann', program: 'zenity' },
        { user: 'ben', program: 'notify-send' },
      ]),
    );
  });

  test('who can choose are all asked, the first one decides, and the others are not left with a dialog', async () => {
    const { shown, open, platform } = pc(
      {
        c1: `Name=ann\nUser=1000\n${there}`,
        c2: `Name=ben\nUser=1001\n${there}`,
        c3: 'Name=cy\nUser=1002\nType=x11\nActive=no\n',
      },
      (user, program) => (program === 'zenity' && user === 'ann' ? 'waits' : ''),
    );
    expect(await platform.ask(question, new AbortController().signal)).toBe('postpone');
    expect(open).toEqual([]);
    expect(shown).toEqual(
      expect.arrayContaining([
        { user: 'ann', program: 'zenity' },
        { user: 'ben', program: 'zenity' },
        { user: 'cy', program: 'notify-send' },
        { user: '', program: 'wall' },
      ]),
    );
  });
});

describe('yes or no on Linux', () => {
  const wish: Confirmation = { text: 'Bob <b>', yes: 'Allow', no: 'Refuse', user: undefined, timeoutMs: 90_500 };
  const at = (answer: (program: string) => string | Error, uid = 0) => {
    const ran: string[][] = [];
    const run: RunCommand = async (file, args) => {
      const all = [file, ...args].join(' ');
      if (all.includes('list-sessions')) return '  c1 1000 ann seat0\n';
      if (all.includes('show-session')) return 'Name=ann\nUser=1000\nType=x11\nClass=user\nActive=yes\n';
      if (all.includes('show-environment')) return 'DISPLAY=:0\n';
      ran.push([file, ...args]);
      const result = answer(args.find((arg) => arg === 'zenity' || arg === 'kdialog') ?? '');
      if (result instanceof Error) throw result;
      return result;
    };
    const launched: string[][] = [];
    const launch = async (file: string, args: readonly string[]) => {
      launched.push([file, ...args]);
      return true;
    };
    const platform = linux(run, async () => '', undefined, launch, uid);
    return { ran, launched, platform, ask: (more = {}) => platform.confirm({ ...wish, ...more }, open) };
  };
  const ended = (exitCode: number, output = '', message = '') => new CommandFailed(message, { exitCode, output });
  const kde = (answer: string | Error) => (program: string) => (program === 'zenity' ? ended(127) : answer);

  test.each<[string, string | Error, Confirmed]>([
    ['the button', '', 'yes'],
    ['the other button', ended(1), 'no'],
    ['closing it', ended(1), 'no'],
    ['its timeout', ended(5), 'no'],
    ['its crash', new CommandFailed('segmentation fault', { killed: true }), 'no'],
    ['an end that nobody knows', ended(139), 'unavailable'],
    ['no screen', ended(1, '', 'cannot open display: :0'), 'unavailable'],
  ])('%s', async (_, answer, confirmed) => {
    const { ran, ask } = at((program) => (program === 'zenity' ? answer : ended(127)));
    expect(await ask()).toBe(confirmed);
    expect(ran[0]).toEqual(expect.arrayContaining(['--ok-label=Allow', '--cancel-label=Refuse', '--default-cancel']));
  });

  test.each<[string, string | Error, Confirmed]>([
    ['what was marked and is yes', 'yes\n', 'yes'],
    ['what was marked beforehand', 'no\n', 'no'],
    ['nothing', '', 'no'],
    ['closing it', ended(1), 'no'],
    ['an end that nobody knows', ended(139, 'yes'), 'unavailable'],
  ])('with kdialog: %s', async (_, answer, confirmed) => {
    const { ran, ask } = at(kde(answer));
    expect(await ask()).toBe(confirmed);
    // Enter, from whoever is typing, must not be a yes.
    expect(ran[1]?.slice(-7)).toEqual(['--radiolist=Bob ‹b>', 'no', 'Refuse', 'on', 'yes', 'Allow', 'off']);
  });

  test('asks the account that asked for help, and no other', async () => {
    const { ran, ask } = at(() => '');
    expect(await ask({ user: 'ben' })).toBe('unavailable');
    expect(ran).toEqual([]);
    expect(await ask({ user: 'ann' })).toBe('yes');
  });

  test('by an agent that is not root asks its own account alone', async () => {
    const own = at(() => '', 1000);
    expect(await own.ask()).toBe('yes');
    expect(own.ran[0]?.[0]).toBe('env');
    const another = at(() => '', 1001);
    expect(await another.ask()).toBe('unavailable');
    expect(another.ran).toEqual([]);
  });

  test('opens a link as the person, and never as root', async () => {
    const root = at(() => '');
    expect(await root.platform.openLink('https://tv.example/$HOME', 'ann')).toBe(true);
    expect(root.launched[0]?.slice(0, 4)).toEqual(['runuser', '-u', 'ann', '--']);
    // In their session, not in the sandbox of the agent's service.
    expect(root.launched[0]).toContain('systemd-run');
    expect(root.launched[0]?.slice(-3)).toEqual(['--', 'xdg-open', 'https://tv.example/%24HOME']);
    expect(await root.platform.openLink('https://tv.example/1', 'ben')).toBe(false);
    const own = at(() => '', 1000);
    await own.platform.openLink('https://tv.example/1');
    expect(own.launched).toEqual([['xdg-open', 'https://tv.example/1']]);
  });
});

test('a program that is started is not waited for, and one that is not there is no start', async () => {
  expect(await launch(process.execPath, ['-e', ''])).toBe(true);
  expect(await launch(process.execPath, ['-e', 'process.exit(3)'])).toBe(false);
  expect(await launch(join(tmpdir(), 'no such program'), [])).toBe(false);
});

test('macOS asks nobody', async () => {
  const wish = { text: 'Bob', yes: 'Allow', no: 'Refuse', user: undefined, timeoutMs: 1 };
  expect(await macos(async () => '').confirm(wish, open)).toBe('unavailable');
  expect(await macos(async () => '').ask(question, open)).toBe('unavailable');
});

describe('the person', () => {
  const at = (answers: (DialogAnswer | Error)[]) => {
    const shown: string[] = [];
    const asked: { question: Question; signal: AbortSignal }[] = [];
    const platform = {
      notify: async (text: string) => void shown.push(text),
      ask: async (question: Question, signal: AbortSignal): Promise<DialogAnswer> => {
        asked.push({ question, signal });
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer ?? new Promise(() => undefined);
      },
    };
    const bell = new Bell();
    const rung = bell.arm();
    const box = { pending: async () => [], answer: async () => undefined };
    return { shown, asked, rung, person: new PersonAtPc(platform, box, bell) };
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const offer = { postponementsLeft: 1, mayReject: false };
  const warning = { text: 'Soon', life: 'tsk_1#0', offer, leftMs: 60_000 };

  test('has a dialog only where there is something to choose', async () => {
    const { shown, asked, person } = at([]);
    await person.warn({ ...warning, offer: { postponementsLeft: 0, mayReject: false } });
    await person.warn({ ...warning, leftMs: 1_000 });
    expect(asked).toEqual([]);
    expect(shown).toEqual(['Soon', 'Soon']);
    await person.warn(warning);
    expect(asked[0]?.question).toMatchObject({
      text: 'Soon',
      postponeMinutes: 60,
      mayReject: false,
      timeoutMs: 60_000,
    });
    expect(shown).toHaveLength(2);
  });

  test('who chooses is heard at once, for that life of the task alone', async () => {
    const { rung, person } = at(['postpone', 'reject']);
    await person.warn(warning);
    await settled();
    expect(rung.aborted).toBe(true);
    expect(await person.next('tsk_1#0')).toEqual({ choice: { kind: 'postpone', minutes: 60 }, from: undefined });
    expect(await person.next('tsk_1#0')).toBeUndefined();
    await person.warn(warning);
    await settled();
    expect(await person.next('tsk_1#1')).toBeUndefined();
  });

  test.each<[DialogAnswer | Error, string[]]>([
    ['none', []],
    ['unavailable', ['Soon']],
    [new Error('broken'), ['Soon']],
  ])('%s is no choice', async (answer, expected) => {
    const { shown, rung, person } = at([answer]);
    await person.warn(warning);
    await settled();
    expect(await person.next('tsk_1#0')).toBeUndefined();
    expect(rung.aborted).toBe(false);
    expect(shown).toEqual(expected);
  });

  test('has one dialog at a time, with the time that is left, and none when it is over', async () => {
    const { asked, person } = at([]);
    await person.warn(warning);
    await person.warn({ ...warning, text: 'Sooner' });
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    person.close();
    expect(asked[1]?.signal.aborted).toBe(true);
  });
});

describe('the command box', () => {
  let dir: string;
  let box: CommandBox;
  const command = { wish: { kind: 'postpone', minutes: 5 }, life: 'tsk_1#0', at: 1 } as const;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'agent-box-'));
    box = new CommandBox(dir);
    await box.open();
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test('brings a command to the agent and its answer back, once', async () => {
    await box.send('command-1', command);
    expect(await box.pending()).toEqual([{ id: 'command-1', ...command }]);
    expect(await box.fetch('command-1')).toBeUndefined();
    await box.answer('command-1', { done: true, words: 'Done.' });
    expect(await box.pending()).toEqual([]);
    expect(await box.fetch('command-1')).toEqual({ done: true, words: 'Done.' });
    expect(await box.fetch('command-1')).toBeUndefined();
  });

  test('gives them in the order in which they were made', async () => {
    await box.send('command-b', { ...command, at: 1 });
    await box.send('command-a', { ...command, at: 2 });
    expect((await box.pending()).map(({ id }) => id)).toEqual(['command-b', 'command-a']);
  });

  test('answers nobody who has given up, and leaves nothing behind', async () => {
    await box.send('command-1', command);
    await box.takeBack('command-1');
    await box.answer('command-1', { done: true, words: 'Done.' });
    expect(readdirSync(join(dir, 'commands'))).toEqual([]);
  });

  test('throws away what is no command, and answers nobody fetched', async () => {
    writeFileSync(join(dir, 'commands', 'rubbish-1.json'), '{"wish":{"kind":"format"}}');
    writeFileSync(join(dir, 'commands', 'command-1.answer'), '{}');
    expect(await box.pending()).toEqual([]);
    await box.open();
    expect(readdirSync(join(dir, 'commands'))).toEqual([]);
  });

  test('wakes who watches it', async () => {
    const arrived = Promise.withResolvers<void>();
    const unwatch = box.watch(() => arrived.resolve());
    await box.send('command-1', command);
    await arrived.promise;
    unwatch();
  });
});
