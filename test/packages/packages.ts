/** What the run built before its first test. */
import { inject } from 'vitest';

export type Built = { readonly path: string } | { readonly missing: string };

export type Packages = {
  /** The agent as one executable for this machine. */
  readonly executable: Built;
  /** The native host for Windows. */
  readonly host: Built;
  /** Its portable parts for this machine, behind `native-logic.c`. */
  readonly nativeLogic: Built;
};

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: vitest's own interface is added to.
  interface ProvidedContext {
    packages: Packages;
  }
}

/** @returns its path, and whether its tests are to be left out */
export const built = (name: keyof Packages): { path: string; missing: boolean } => {
  const found = inject('packages')[name];
  return 'path' in found ? { path: found.path, missing: false } : { path: '', missing: true };
};
