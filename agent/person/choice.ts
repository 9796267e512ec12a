/** What the person at the PC may want of a restart that they were warned of. */
import { number, object, variant } from '../state/shape.ts';

export const parseChoice = variant('kind', { postpone: { minutes: number }, reject: {}, restartNow: {} });

export type Choice = ReturnType<typeof parseChoice>;

/** What the order leaves to the person; the server holds it too. */
export type Offer = { readonly postponementsLeft: number; readonly mayReject: boolean };

/** A choice that was made. `from` names the command that waits for the answer; without one it was made in a dialog. */
export type Made = { readonly choice: Choice; readonly from: string | undefined };

export type Reply = { readonly done: boolean; readonly words: string };

/** By how much a restart is put off unless the person says otherwise. */
export const POSTPONE_MINUTES = 60;

/**
 * One life of a task: from its delivery until it is put off. A choice is for the life in which it was made, so that a late
 * click or command never falls on the same task when it comes again.
 */
export const lifeOf = (task: { id: string; postponements?: number | undefined }): string =>
  `${task.id}#${task.postponements ?? 0}`;

export const parseReply = object({
  done: (value: unknown): boolean => value === true,
  words: (value: unknown): string => String(value),
});
