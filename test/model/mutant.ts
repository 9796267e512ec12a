/** A bug as a change of the product's text: what is there once, and what takes its place. */

export type Mutant = { readonly name: string; readonly file: string; readonly find: string; readonly put: string };
