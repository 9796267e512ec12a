/**
 * Linux: a dialog on the desktop of whoever is logged in, through zenity or kdialog, run as that person: the agent is root
 * and has no desktop. `runuser -u` becomes the program, so ending it ends the dialog.
 */
import { plainText } from '../text.ts';
import { CommandFailed, type RunCommand } from './command.ts';
import type { DialogAnswer, Question } from './platform.ts';

const TITLE = 'Remote assistance';
/** What a dialog needs of the person's own environment, as their session's manager has it. */
const WANTED =
  /^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|HOME|LANG|XDG_RUNTIME_DIR|XDG_CURRENT_DESKTOP|DBUS_SESSION_BUS_ADDRESS)=/;

type Desktop = { user: string; environment: readonly string[] };

const properties = (text: string): Record<string, string> =>
  Object.fromEntries(text.split('\n').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]));

/** Somebody's session with a screen that is in the foreground; a locked or closed one asks nobody. */
const findDesktop = async (run: RunCommand): Promise<Desktop | undefined> => {
  const sessions = await run('loginctl', ['list-sessions', '--no-legend']);
  for (const id of sessions.split('\n').map((line) => line.trim().split(/\s+/)[0] ?? '')) {
    if (!/^\w+$/.test(id)) continue;
    const session = properties(await run('loginctl', ['show-session', id]));
    const { Name: user = '', User: uid = '', Type: type = '' } = session;
    const there = session['Active'] === 'yes' && session['LockedHint'] !== 'yes' && session['Class'] === 'user';
    if (!there || !/^(x11|wayland|mir)$/.test(type) || !/^[\w.@\\-]+$/.test(user) || !/^\d+$/.test(uid)) continue;
    const own = [`XDG_RUNTIME_DIR=/run/user/${uid}`, `DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/${uid}/bus`];
    const managers = await run('runuser', ['-u', user, '--', 'env', ...own, 'systemctl', '--user', 'show-environment']);
    return { user, environment: [...own, ...managers.split('\n').filter((line) => WANTED.test(line))] };
  }
  return undefined;
};

type Button = { label: string; answer: DialogAnswer };

const buttonsFor = ({ postponeMinutes, mayReject }: Question): { first: Button; others: Button[] } => {
  const later = { label: `Put it off for ${postponeMinutes} minutes`, answer: 'postpone' } as const;
  const never = { label: 'Do not restart', answer: 'reject' } as const;
  const now = { label: 'Restart now', answer: 'restartNow' } as const;
  return postponeMinutes === undefined
    ? { first: never, others: [now] }
    : { first: later, others: mayReject ? [never, now] : [now] };
};

const zenity = ({ first, others }: ReturnType<typeof buttonsFor>, question: Question) => ({
  program: 'zenity',
  args: [
    '--question',
    `--title=${TITLE}`,
    `--text=${plainText(question.text)}`,
    '--no-markup',
    `--ok-label=${first.label}`,
    '--cancel-label=OK',
    '--default-cancel',
    ...others.map(({ label }) => `--extra-button=${label}`),
    `--timeout=${Math.max(1, Math.floor(question.timeoutMs / 1000))}`,
  ],
  // An extra button writes its label and ends with 1, as Cancel does; 5 is the timeout.
  read: (exitCode: number | undefined, output: string): DialogAnswer => {
    if (exitCode === 0) return first.answer;
    return exitCode === 1 ? (others.find(({ label }) => label === output.trim())?.answer ?? 'none') : 'none';
  },
});

const kdialog = ({ first, others }: ReturnType<typeof buttonsFor>, question: Question) => {
  const second = others[0];
  return {
    program: 'kdialog',
    args: [
      `--title=${TITLE}`,
      // It takes what looks like markup for markup.
      `--warningyesnocancel=${plainText(question.text).replace(/</g, '‹')}`,
      `--yes-label=${first.label}`,
      `--no-label=${second?.label}`,
      '--cancel-label=OK',
    ],
    read: (exitCode: number | undefined): DialogAnswer => {
      if (exitCode === 0) return first.answer;
      return exitCode === 1 ? (second?.answer ?? 'none') : 'none';
    },
  };
};

/** @returns `unavailable` when nobody saw it: nobody is logged in, no dialog program, no way to their screen */
export const askOnDesktop = async (run: RunCommand, question: Question, signal: AbortSignal): Promise<DialogAnswer> => {
  const desktop = await findDesktop(run).catch(() => undefined);
  if (!desktop) return 'unavailable';
  const buttons = buttonsFor(question);
  for (const { program, args, read } of [zenity(buttons, question), kdialog(buttons, question)]) {
    if (signal.aborted) return 'none';
    const command = ['-u', desktop.user, '--', 'env', ...desktop.environment, program, ...args];
    try {
      const output = await run('runuser', command, { timeoutMs: question.timeoutMs, signal });
      return read(0, output);
    } catch (error) {
      if (signal.aborted || !(error instanceof CommandFailed) || error.killed) return 'none';
      // 126 and 127: `env` found no such program; 255 and others: it found no screen. Then nobody saw it.
      if (
        error.exitCode !== undefined &&
        [1, 2, 5].includes(error.exitCode) &&
        !/\bdisplay\b|init server/i.test(error.message)
      ) {
        return read(error.exitCode, error.output);
      }
    }
  }
  return 'unavailable';
};
