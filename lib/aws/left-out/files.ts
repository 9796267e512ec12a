/**
 * In the place of `node:fs/promises`, by which the SDK looks for profiles in `~/.aws`. A function has none, its settings
 * are in its environment; without this each client loads the module and looks for two files.
 */
export const readFile = async (path: string): Promise<never> => {
  throw Object.assign(new Error(`functions read no files: ${path}`), { code: 'ENOENT' });
};
