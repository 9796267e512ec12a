/** A part of the bench, which can be measured alone. */
import type { Figure } from './figure.ts';

export type Context = {
  /** Of the bench's own, and deleted when it ends. */
  readonly folder: string;
  /** What stacks are started from. */
  readonly assemblyDir: string;
  /** For how many devices the restart is that is expanded. */
  readonly devices: number;
  /** Told what begins. */
  note(line: string): void;
};

export type Measured = {
  readonly figures: readonly Figure[];
  /** Further tables in Markdown, with a line before each that says what it is. */
  readonly tables?: readonly string[];
};

export type Section = (context: Context) => Measured | Promise<Measured>;
