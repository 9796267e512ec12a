/** What a person who chose something is told about it. */
import type { Reply } from './choice.ts';

const no = (words: string): Reply => ({ done: false, words });
const yes = (words: string): Reply => ({ done: true, words });

export const postponed = (minutes: number): Reply => yes(`The restart of this PC was put off by ${minutes} minutes.`);
export const notPostponed = (why: string): Reply => no(`The restart of this PC could not be put off: ${why}`);
export const NO_POSTPONEMENT_LEFT: Reply = no('This restart cannot be put off, or not once more: its order says so.');
export const REJECTED: Reply = yes('The restart of this PC was refused.');
export const NOT_REJECTABLE: Reply = no('This restart cannot be refused: its order says so.');
export const AT_ONCE: Reply = yes('This PC is being restarted.');
export const CANCELED: Reply = no('The restart of this PC was cancelled.');
