/**
 * Two of the generators write TypeScript with the compiler's API, which TypeScript 7 has no longer. To them `typescript`
 * is version 6, as `@ts-morph/common` bundles it: a second package `typescript` would bring a second `tsc`.
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === 'typescript' ? '@ts-morph/common/dist/typescript.js' : specifier, context),
});
