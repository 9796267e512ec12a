/** What the agent needs of the operating system, and nothing more. */
import type { Platform as PlatformName } from '../../lib/api/devices.ts';
import type { Exchange } from '../local/exchange.ts';

export type Boot = {
  /** The same until the system starts anew, and different after that; 8 to 128 printable characters. */
  bootId: string;
  /** ISO 8601, UTC. */
  bootedAt: string;
  /** For how long it has run, sleep included; by no clock that can be set. Absent where that cannot be told. */
  uptimeSeconds?: number;
};

/** What tells this machine from another one with the same disk, as hashes; a mark that cannot be read is absent. */
export type MachineMarks = { readonly installation: string | undefined; readonly hardware: string | undefined };

/** A warning that leaves the person something to choose. */
export type Question = {
  text: string;
  /** By how much they may put it off; absent when they may not. */
  postponeMinutes: number | undefined;
  mayReject: boolean;
  /** The dialog goes away by itself after that. */
  timeoutMs: number;
};

/** `none`: closed, or not answered. `unavailable`: nobody is logged in, or nothing here can ask; nobody saw it. */
export type DialogAnswer = 'postpone' | 'reject' | 'restartNow' | 'none' | 'unavailable';

/** A question that is answered with yes or no. */
export type Confirmation = {
  text: string;
  /** The buttons' labels. */
  yes: string;
  no: string;
  /** The account of the person who is asked; whoever is at the screen where that is not known. */
  user: string | undefined;
  /** The dialog goes away by itself after that, which is a no. */
  timeoutMs: number;
};

/** `unavailable`: as with `DialogAnswer`. Closed, or not answered, is `no`. */
export type Confirmed = 'yes' | 'no' | 'unavailable';

export type Platform = {
  readonly name: PlatformName;
  boot(): Promise<Boot>;
  /**
   * Resolves when the system has taken the order to restart.
   * @param force close programs even when they object; only when the order says so
   * @throws CommandFailed when it does not take it, in the system's words
   */
  restart(options: { force: boolean }): Promise<void>;
  /** Takes a restart back that the system has taken and not begun. Best effort. */
  abortRestart(): Promise<void>;
  /** Shows a message to whoever is logged in. Best effort: it never throws. */
  notify(text: string): Promise<void>;
  /**
   * Asks whoever is logged in. Only a button that was pressed is an answer.
   * @param signal takes the dialog away
   */
  ask(question: Question, signal: AbortSignal): Promise<DialogAnswer>;
  /**
   * Asks whoever is logged in, or that one of them. Only "yes" that was pressed is a yes.
   * @param signal takes the dialog away
   */
  confirm(question: Confirmation, signal: AbortSignal): Promise<Confirmed>;
  /**
   * Opens a link on the person's screen, with what they use for such links.
   * @returns whether the system took it; never throws
   */
  openLink(link: string, user?: string): Promise<boolean>;
  /** The RustDesk id of this PC, where RustDesk is installed. */
  rustdeskId(): Promise<string | undefined>;
  /** The one that the maker gave this PC, as far as it can be read; not a placeholder. Never throws. */
  serialNumber(): Promise<string | undefined>;
  /** Never throws. */
  machineMarks(): Promise<MachineMarks>;
  /** What tells a process from a later one with the same id; `undefined` when it is gone. */
  processIdentity(pid: number): Promise<string | undefined>;
  /** Makes a directory that is closed to other accounts from its first moment on. @returns whether it was not there before */
  makeDirectory(path: string): Promise<boolean>;
  /** Which account made a directory, in the system's own terms; `undefined` when it is none. */
  ownerOf(path: string): Promise<string | undefined>;
  /**
   * Says a line to what listens at a local address, and hears what it says before it hangs up; `undefined` where a socket of
   * Node's does that.
   */
  readonly exchange: Exchange | undefined;
  /** Windows: lets the other accounts connect to a pipe of ours, and make none of its name. */
  openPipe(path: string): Promise<void>;
  /**
   * Closes a directory to other accounts, where it is ours or an administrator's.
   * @returns why it must not be used, as a sentence without its end: another account owns it or something in it, can change it,
   *   or has laid a link there; `undefined` when it may, is not there, or is closed to this account
   */
  distrust(path: string): Promise<string | undefined>;
  /**
   * Whether somebody else than root, the system or an administrator can have written a file, or laid it there.
   * @returns why it must not be believed, as a sentence without its end; `undefined` when it may
   * @throws when it is not there, or cannot be looked at
   */
  distrustFile(path: string): Promise<string | undefined>;
};
