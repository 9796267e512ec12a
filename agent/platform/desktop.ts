/**
 * Linux: a dialog or a browser on the desktop of whoever is logged in, run as that person: the agent is root and has no
 * desktop. `runuser -u` becomes the program, so ending it ends the dialog.
 */
import { CommandFailed, type RunCommand } from './command.ts';
import { type Button, type Dialog, kdialog, zenity } from './dialogs.ts';
import type { Launch } from './launch.ts';
import type { Confirmation, Confirmed, DialogAnswer, Question } from './platform.ts';

/** What a dialog needs of the person's own environment, as their session's manager has it. */
const WANTED =
  /^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|HOME|LANG|XDG_RUNTIME_DIR|XDG_CURRENT_DESKTOP|DBUS_SESSION_BUS_ADDRESS)=/;

/** `uid`: the account that the agent runs as. */
export type Screens = { run: RunCommand; launch: Launch; uid: number };

type Desktop = { user: string; environment: readonly string[] };

/** What runs a program as that person; an agent that is not root is one, and can only be itself. */
const asPerson = (
  { uid }: Screens,
  { user, environment }: Desktop,
  program: string,
  args: readonly string[],
): [file: string, args: string[]] => {
  const command = [...environment, program, ...args];
  return uid === 0 ? ['runuser', ['-u', user, '--', 'env', ...command]] : ['env', command];
};

const properties = (text: string): Record<string, string> =>
  Object.fromEntries(text.split('\n').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]));

/** Somebody's session, or theirs, with a screen that is in the foreground; a locked or closed one asks nobody. */
const findDesktop = async (screens: Screens, wanted?: string): Promise<Desktop | undefined> => {
  const { run, uid: own } = screens;
  const sessions = await run('loginctl', ['list-sessions', '--no-legend']);
  for (const id of sessions.split('\n').map((line) => line.trim().split(/\s+/)[0] ?? '')) {
    if (!/^\w+$/.test(id)) continue;
    const session = properties(await run('loginctl', ['show-session', id]));
    const { Name: user = '', User: uid = '', Type: type = '' } = session;
    const there = session['Active'] === 'yes' && session['LockedHint'] !== 'yes' && session['Class'] === 'user';
    if (!there || !/^(x11|wayland|mir)$/.test(type) || !/^[\w.@\\-]+$/.test(user) || !/^\d+$/.test(uid)) continue;
    if (wanted !== undefined && user !== wanted) continue;
    if (own !== 0 && own !== Number(uid)) continue;
    const environment = [`XDG_RUNTIME_DIR=/run/user/${uid}`, `DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/${uid}/bus`];
    const show = asPerson(screens, { user, environment }, 'systemctl', ['--user', 'show-environment']);
    const managers = await run(...show);
    return { user, environment: [...environment, ...managers.split('\n').filter((line) => WANTED.test(line))] };
  }
  return undefined;
};

const buttonsFor = ({ postponeMinutes, mayReject }: Question): Button<DialogAnswer>[] => {
  const later = { label: `Put it off for ${postponeMinutes} minutes`, answer: 'postpone' } as const;
  const never = { label: 'Do not restart', answer: 'reject' } as const;
  const now = { label: 'Restart now', answer: 'restartNow' } as const;
  if (postponeMinutes === undefined) return [never, now];
  return mayReject ? [later, never, now] : [later, now];
};

/** @returns `unavailable` when nobody saw it: nobody is logged in, no dialog program, no way to their screen */
const show = async <A>(
  screens: Screens,
  dialog: Dialog<A>,
  user: string | undefined,
  signal: AbortSignal,
): Promise<A | 'unavailable'> => {
  const desktop = await findDesktop(screens, user).catch(() => undefined);
  if (!desktop) return 'unavailable';
  for (const { program, args, read } of [zenity(dialog), kdialog(dialog)]) {
    if (signal.aborted) return dialog.otherwise;
    try {
      const options = { timeoutMs: dialog.timeoutMs, signal };
      const output = await screens.run(...asPerson(screens, desktop, program, args), options);
      return read(0, output);
    } catch (error) {
      if (signal.aborted || !(error instanceof CommandFailed) || error.killed) return dialog.otherwise;
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

export const askOnDesktop = (screens: Screens, question: Question, signal: AbortSignal): Promise<DialogAnswer> => {
  const { text, timeoutMs } = question;
  const dialog = { text, buttons: buttonsFor(question), cancel: 'OK', otherwise: 'none', timeoutMs } as const;
  return show<DialogAnswer>(screens, dialog, undefined, signal);
};

export const confirmOnDesktop = (
  screens: Screens,
  { text, yes, no, user, timeoutMs }: Confirmation,
  signal: AbortSignal,
): Promise<Confirmed> => {
  const dialog = { text, buttons: [{ label: yes, answer: 'yes' }], cancel: no, otherwise: 'no', timeoutMs } as const;
  return show<Confirmed>(screens, dialog, user, signal);
};

/** By the manager of the person's session, so that their browser does not live in the agent's own sandbox. */
export const openOnDesktop = async (screens: Screens, link: string, user: string | undefined): Promise<boolean> => {
  const desktop = await findDesktop(screens, user).catch(() => undefined);
  // It replaces variables.
  const args = ['--user', '--quiet', '--collect', '--', 'xdg-open', link.replaceAll('$', '%24')];
  return desktop !== undefined && screens.launch(...asPerson(screens, desktop, 'systemd-run', args));
};
