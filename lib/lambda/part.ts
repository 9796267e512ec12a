/**
 * Parts of a function: files in its folder `parts`, bundled beside it, for what most invocations do without. A dynamic
 * import would not do: the bundler then wraps every module that the part shares with the rest, which makes all of them
 * slower to load. So a part has its own copy of what it uses, and pays for it when it is first asked for.
 */
import { createRequire } from 'node:module';

/** Loads a part, whose type is `typeof import('./parts/<name>.ts')`, the first time it is asked for. */
export const loadPart = <Part>(name: string): Part =>
  createRequire(`${process.env['LAMBDA_TASK_ROOT']}/index.js`)(`./parts/${name}.js`) as Part;
