/** Schemas that several operations share: ids, times, pages. */
import * as z from 'zod/mini';

/** Prefixes of the ids; what follows is a ULID. */
export type IdPrefix = 'dev' | 'grp' | 'enr' | 'req' | 'job' | 'tsk' | 'alr' | 'evt';

/** The id of something that may or may not exist. */
export const anyId = () => z.string().check(z.minLength(1), z.maxLength(64));

/** A time as the contract writes it: ISO 8601, UTC, ending in `Z`. */
export const timestamp = () => z.iso.datetime();

// Patterns stand in the OpenAPI document, where programs in other languages read them: they are written in what
// ECMAScript and PCRE read alike, so without `\p`, `\u`, `\s`, `\w`, `\d`. Characters stand for themselves instead.

/** What control characters are, for a class of characters. */
const CONTROLS = '\\x00-\\x1f\\x7f-\\x9f';

/** What leaves a text blank: control characters, spaces of all widths, and what has no width. */
const UNSEEN = `${CONTROLS}\\x20\\xa0\u1680\u2000-\u200f\u2027-\u202f\u205f-\u206f\u3000\ufeff`;

const NOT_BLANK = new RegExp(`[^${UNSEEN}]`);
const ONE_LINE = new RegExp(`^[^${CONTROLS}]*[^${UNSEEN}][^${CONTROLS}]*$`);

/**
 * One pattern, because generators of clients lose two; and trimmed last, so that what the document says of a text's
 * length is of the text as it was sent.
 */
const typed = (maximum: number, pattern: RegExp, message: string) =>
  z.string().check(z.minLength(1), z.maxLength(maximum), z.regex(pattern, message), z.trim());

/** Text that may have several lines. */
export const text = (maximum: number) => typed(maximum, NOT_BLANK, 'must not be blank');

/** One line of text that a person typed. */
export const line = (maximum: number) =>
  typed(maximum, ONE_LINE, 'must be one line without control characters, and not blank');

/** One or more characters that are neither `@` nor unseen. */
const ADDRESS_PART = `[^${UNSEEN}@]+`;

export const emailAddress = () =>
  z
    .string()
    .check(z.maxLength(254), z.regex(new RegExp(`^${ADDRESS_PART}@${ADDRESS_PART}$`), 'must be an e-mail address'));

/** The id of one boot of a device, as its operating system gives it. */
export const bootId = () =>
  z.string().check(z.regex(/^[\x21-\x7e]{8,128}$/, 'must be 8 to 128 printable ASCII characters'));

export const agentVersion = () =>
  z.string().check(z.regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 printable ASCII characters'));

/** Says in the OpenAPI document what a member means, where its name does not. */
export const described = <S extends z.ZodMiniType>(description: string, schema: S): S => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

export const DEFAULT_PAGE_SIZE = 50;

/** The query of every list: `limit` 1 to 100 (default 50) and the `cursor` that the page before gave. */
export const pageQuery = () => ({
  limit: z.optional(z.string().check(z.regex(/^([1-9][0-9]?|100)$/, 'must be a whole number from 1 to 100'))),
  cursor: z.optional(z.string()),
});

/** The answer of every list. */
export const page = <S extends z.ZodMiniType>(item: S) =>
  z.object({ items: z.array(item), nextCursor: z.optional(z.string()) });
