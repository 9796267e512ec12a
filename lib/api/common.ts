/** Schemas that several operations share: ids, times, pages. */
import * as z from 'zod/mini';

/** Prefixes of the ids; what follows is a ULID. */
export type IdPrefix = 'dev' | 'grp' | 'enr' | 'req' | 'job' | 'tsk' | 'alr' | 'evt';

/** The id of something that may or may not exist. */
export const anyId = () => z.string().check(z.minLength(1), z.maxLength(64));

/** A time as the contract writes it: ISO 8601, UTC, ending in `Z`. */
export const timestamp = () => z.iso.datetime();

/** One line of text that a person typed: no control characters, not blank. */
export const line = (maximum: number) =>
  z
    .string()
    .check(
      z.trim(),
      z.minLength(1),
      z.maxLength(maximum),
      z.regex(/^\P{Cc}*$/u, 'must not contain control characters'),
    );

/** Text that may have several lines. */
export const text = (maximum: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(maximum));

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
  limit: z.optional(z.string().check(z.regex(/^([1-9]\d?|100)$/, 'must be a whole number from 1 to 100'))),
  cursor: z.optional(z.string()),
});

/** The answer of every list. */
export const page = <S extends z.ZodMiniType>(item: S) =>
  z.object({ items: z.array(item), nextCursor: z.optional(z.string()) });
