/** What a model says when the product does something else. */

export class Difference extends Error {}

export const differ = (what: string): never => {
  throw new Difference(what);
};

export const expectSame = (what: string, product: unknown, spec: unknown): void => {
  if (product !== spec) differ(`${what}: the product has ${String(product)}, the specification ${String(spec)}`);
};
