/**
 * Linux: a dialog or a browser on the desktop of whoever is logged in, run as that person: the agent is root and has no
 * desktop. `runuser -u` becomes the program, so ending it ends the dialog.
 */

import { plainText } from '../text.ts';
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

/** What systemd writes as `\\xc3\\xbc` where a name is not plain: umlauts, a backslash before a domain's account. */
const unescaped = (text: string): string =>
  Buffer.from(
    text.replace(/(?:\\x[0-9a-f]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString('utf8')),
  ).toString('utf8');

const properties = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split('\n').map((line) => [line.split('=')[0] ?? '', unescaped(line.slice(line.indexOf('=') + 1))]),
  );

/** Any name that a program can be given: with umlauts, spaces, a domain. */
const isName = (user: string): boolean => /^[^-\p{Cc}][^\p{Cc}]*$/u.test(user);

/** Somebody's session with a screen. `there`: it is in the foreground and not locked, so that they can be asked. */
type Session = Desktop & { there: boolean };

const sessionOf = async (screens: Screens, id: string): Promise<Session | undefined> => {
  const { run, uid: own } = screens;
  const session = properties(await run('loginctl', ['show-session', id]));
  const { Name: user = '', User: uid = '', Type: type = '' } = session;
  if (session['Class'] !== 'user' || !/^(x11|wayland|mir)$/.test(type) || !isName(user) || !/^\d+$/.test(uid))
    return undefined;
  if (own !== 0 && own !== Number(uid)) return undefined;
  const environment = [`XDG_RUNTIME_DIR=/run/user/${uid}`, `DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/${uid}/bus`];
  const show = asPerson(screens, { user, environment }, 'systemctl', ['--user', 'show-environment']);
  const managers = await run(...show);
  const there = session['Active'] === 'yes' && session['LockedHint'] !== 'yes';
  return { user, there, environment: [...environment, ...managers.split('\n').filter((line) => WANTED.test(line))] };
};

/** One that cannot be looked at does not hide the others. */
const sessionsOf = async (screens: Screens): Promise<Session[]> => {
  const listed = await screens.run('loginctl', ['list-sessions', '--no-legend']).catch(() => '');
  const ids = listed.split('\n').map((line) => line.trim().split(/\s+/)[0] ?? '');
  const found: Session[] = [];
  for (const id of ids.filter((name) => /^\w+$/.test(name))) {
    const session = await sessionOf(screens, id).catch(() => undefined);
    // Somebody may be logged in twice on one screen.
    if (session && !found.some(({ user, there }) => user === session.user && there === session.there))
      found.push(session);
  }
  return found;
};

/** Those who can be asked, or that one of them. */
const desktopsOf = async (screens: Screens, wanted?: string): Promise<Desktop[]> =>
  (await sessionsOf(screens)).filter(({ user, there }) => there && (wanted === undefined || user === wanted));

const buttonsFor = ({ postponeMinutes, mayReject }: Question): Button<DialogAnswer>[] => {
  const later = { label: `Put it off for ${postponeMinutes} minutes`, answer: 'postpone' } as const;
  const never = { label: 'Do not restart', answer: 'reject' } as const;
  const now = { label: 'Restart now', answer: 'restartNow' } as const;
  if (postponeMinutes === undefined) return [never, now];
  return mayReject ? [later, never, now] : [later, now];
};

/** @returns `unavailable` when they did not see it: no dialog program, no way to their screen */
const showOn = async <A>(
  screens: Screens,
  desktop: Desktop,
  dialog: Dialog<A>,
  signal: AbortSignal,
): Promise<A | 'unavailable'> => {
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

/** Asks on each of their screens; the first who chooses decides, and the others' dialogs go away. */
const show = async <A>(
  screens: Screens,
  dialog: Dialog<A>,
  desktops: readonly Desktop[],
  signal: AbortSignal,
): Promise<A | 'unavailable'> => {
  const decided = new AbortController();
  const either = AbortSignal.any([signal, decided.signal]);
  let chosen: A | undefined;
  const answers = await Promise.all(
    desktops.map(async (desktop) => {
      const answer = await showOn(screens, desktop, dialog, either);
      if (answer !== 'unavailable' && answer !== dialog.otherwise && !either.aborted) {
        chosen = answer;
        decided.abort();
      }
      return answer;
    }),
  );
  if (chosen !== undefined) return chosen;
  return answers.some((answer) => answer !== 'unavailable') ? dialog.otherwise : 'unavailable';
};

const NOTICE_MS = 10_000;

/** A notice that stays until it is read, also in a session that is locked or in the background. Best effort. */
const tell = async (screens: Screens, session: Desktop, text: string): Promise<void> => {
  const notice = ['--urgency=critical', '--app-name=Remote assistance', '--', 'Remote assistance', plainText(text)];
  const box = ['--warning', '--no-markup', `--text=${plainText(text)}`, '--timeout=600'];
  try {
    await screens.run(...asPerson(screens, session, 'notify-send', notice), { timeoutMs: NOTICE_MS });
  } catch {
    // It stays open, and is not waited for.
    await screens.launch(...asPerson(screens, session, 'zenity', box)).catch(() => false);
  }
};

/** Tells everybody who has a session with a screen. */
export const tellOnDesktops = async (screens: Screens, text: string): Promise<void> => {
  await Promise.all((await sessionsOf(screens)).map((session) => tell(screens, session, text)));
};

/** Asks who is at a screen; who is logged in and cannot be asked there is told. @param tellOthers those without a screen */
export const askOnDesktop = async (
  screens: Screens,
  question: Question,
  signal: AbortSignal,
  tellOthers: () => Promise<void>,
): Promise<DialogAnswer> => {
  const { text, timeoutMs } = question;
  const dialog = { text, buttons: buttonsFor(question), cancel: 'OK', otherwise: 'none', timeoutMs } as const;
  const sessions = await sessionsOf(screens);
  const there = sessions.filter((session) => session.there);
  if (there.length === 0) return 'unavailable';
  const told = sessions.filter((session) => !session.there).map((session) => tell(screens, session, text));
  const [answer] = await Promise.all([show<DialogAnswer>(screens, dialog, there, signal), tellOthers(), ...told]);
  return answer;
};

export const confirmOnDesktop = async (
  screens: Screens,
  { text, yes, no, user, timeoutMs }: Confirmation,
  signal: AbortSignal,
): Promise<Confirmed> => {
  const dialog = { text, buttons: [{ label: yes, answer: 'yes' }], cancel: no, otherwise: 'no', timeoutMs } as const;
  // Where it is not known who asked, whoever is at the first screen; one person lets nobody onto another's.
  const [first] = await desktopsOf(screens, user);
  return show<Confirmed>(screens, dialog, first ? [first] : [], signal);
};

/** By the manager of the person's session, so that their browser does not live in the agent's own sandbox. */
export const openOnDesktop = async (screens: Screens, link: string, user: string | undefined): Promise<boolean> => {
  const [desktop] = await desktopsOf(screens, user);
  // It replaces variables.
  const args = ['--user', '--quiet', '--collect', '--', 'xdg-open', link.replaceAll('$', '%24')];
  return desktop !== undefined && screens.launch(...asPerson(screens, desktop, 'systemd-run', args));
};
