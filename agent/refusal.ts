/** An end that the person or the administrator must know of: the command exits with 1 and these words on stderr. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

export { reasonOf } from '../lib/reason.ts';
