/** An end that the person or the administrator must know of: the command exits with 1 and these words on stderr. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** What went wrong, in words. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  // fetch says only "fetch failed"; what failed is its cause.
  const cause = error.cause instanceof Error ? error.cause : undefined;
  const detail = cause?.message || (cause && 'code' in cause ? String(cause.code) : undefined);
  return detail ? `${error.message}: ${detail}` : error.message;
};
