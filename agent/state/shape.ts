/** Checks that what is read from disk has the shape it was written with; nothing half-understood is acted upon. */

/** Gives the value back, typed, or throws. */
export type Parse<T> = (value: unknown) => T;

const wrong = (expected: string): never => {
  throw new TypeError(`expected ${expected}`);
};

export const string: Parse<string> = (value) => (typeof value === 'string' ? value : wrong('a string'));

export const number: Parse<number> = (value) => (Number.isFinite(value) ? (value as number) : wrong('a number'));

export const boolean: Parse<boolean> = (value) => (typeof value === 'boolean' ? value : wrong('true or false'));

export const oneOf =
  <const T extends string>(...values: readonly T[]): Parse<T> =>
  (value) =>
    values.find((known) => known === value) ?? wrong(values.join(' or '));

export const optional =
  <T>(parse: Parse<T>): Parse<T | undefined> =>
  (value) =>
    value === undefined ? undefined : parse(value);

/** @throws Error that holds nothing of the text, which may be a secret; `JSON.parse` quotes from it */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
};

type Members = Readonly<Record<string, Parse<unknown>>>;
type ObjectOf<S extends Members> = { readonly [K in keyof S]: ReturnType<S[K]> };

const record: Parse<Record<string, unknown>> = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : wrong('an object');

/** Says which member is wrong: who reads that may have written the file. */
const member = <T>(name: string, parse: Parse<T>, value: unknown): T => {
  try {
    return parse(value);
  } catch (error) {
    throw new TypeError(`${name}: ${(error as Error).message}`);
  }
};

/** Members it does not know are left out. */
export const object =
  <const S extends Members>(members: S): Parse<ObjectOf<S>> =>
  (value) => {
    const given = record(value);
    const entries = Object.entries(members).map(([name, parse]) => [name, member(name, parse, given[name])]);
    return Object.fromEntries(entries) as ObjectOf<S>;
  };

/** One of several objects, told apart by one member. */
export const variant =
  <const K extends string, const S extends Readonly<Record<string, Members>>>(
    key: K,
    variants: S,
  ): Parse<{ [V in keyof S & string]: { readonly [P in K]: V } & ObjectOf<S[V]> }[keyof S & string]> =>
  (value) => {
    const name = string(record(value)[key]);
    const members = Object.hasOwn(variants, name) ? variants[name] : undefined;
    return { [key]: name, ...object(members ?? wrong(`a known ${key}`))(value) } as never;
  };
