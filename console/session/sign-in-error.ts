/** Why nobody is signed in. */

/**
 * `unreachable`: the issuer. `refused`: by the issuer, with its words. `notBegunHere`: this tab knows of no such sign-in, or it
 * is too old. `noAccount`: the issuer named nobody. `noStorage`: the browser keeps nothing for this site.
 */
export type SignInProblem = 'unreachable' | 'refused' | 'notBegunHere' | 'noAccount' | 'noStorage';

export class SignInError extends Error {
  override readonly name = 'SignInError';
  readonly problem: SignInProblem;

  /** @param cause what was thrown; its words are the issuer's or the browser's, and in English */
  constructor(problem: SignInProblem, cause?: unknown) {
    super(cause instanceof Error ? cause.message : problem, { cause });
    this.problem = problem;
  }
}
