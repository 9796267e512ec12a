/** Each function's environment as the synthesized stack gives it, without starting the stack. */
import { readAssembly } from '../../local/assembly/assembly.ts';
import { functionEnvironment } from '../../local/functions/environment.ts';
import { buildModel } from '../../local/resources/build-model.ts';

/** Nothing answers there, and nothing asks: the functions are loaded, not called. */
const NOWHERE = 'http://127.0.0.1:9';

/** @returns the environments by the functions' names */
export const synthesizedEnvironments = (assemblyDir: string): Map<string, Record<string, string>> => {
  const { functions } = buildModel(readAssembly(assemblyDir), NOWHERE);
  return new Map(
    [...functions.values()].map((model) => [
      model.name,
      functionEnvironment(model, { awsEndpoint: NOWHERE, overrides: {}, replacements: new Map() }),
    ]),
  );
};
