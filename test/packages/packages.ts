/** What the run built before its first test, and which tools it found. */
import { inject } from 'vitest';

export type Built = { readonly path: string } | { readonly missing: string };

export type Packages = {
  /** The agent as one executable for this machine. */
  readonly executable: Built;
  /** The folder with the agent for Windows and its native host. */
  readonly windows: Built;
  /** The host's portable parts for this machine, behind `native-logic.c`. */
  readonly nativeLogic: Built;
  readonly msi: Built;
  readonly deb: Built;
  readonly debArm64: Built;
  /** A later version of `deb` whose program only says so. */
  readonly debNext: Built;
  readonly lintian: Built;
  readonly chroot: Built;
  readonly osslsigncode: Built;
  /** A PKCS#11 module that keeps its keys in files. */
  readonly softhsm: Built;
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
