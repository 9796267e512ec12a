/** An id tells when its thing was made: a prefix and a ULID (https://github.com/ulid/spec). */

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;

/** In milliseconds; `undefined` where the text is no such id. */
export const madeAt = (id: string): number | undefined => {
  const digits = /^[a-z]{3}_([0-7][0-9A-HJKMNP-TV-Z]{25})$/.exec(id)?.[1]?.slice(0, TIME_DIGITS);
  if (digits === undefined) return undefined;
  return [...digits].reduce((sum, digit) => sum * CROCKFORD.length + CROCKFORD.indexOf(digit), 0);
};
