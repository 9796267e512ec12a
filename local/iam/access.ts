/** What a call needs to be allowed: an action on a resource, by somebody, in a context. */

/** The values that a request has for a condition key, given in lower case; `undefined` where it has none. */
export type Context = (key: string) => readonly string[] | undefined;

export type Access = {
  /** As IAM names it, such as `dynamodb:PutItem`. */
  readonly action: string;
  /** An ARN, or `*` where the action has no resource. */
  readonly resource: string;
  readonly context: Context;
};

/** Who asks: a role's session, or a service of AWS's. */
export type Principal = {
  /** As AWS names it in its refusals. */
  readonly name: string;
  /** The ARNs that policies may name it by. */
  readonly arns: readonly string[];
  /** Such as `events.amazonaws.com`. */
  readonly service?: string;
};

export const noContext: Context = () => undefined;

/** A context of these values, by condition key. */
export const contextOf = (values: Readonly<Record<string, string | readonly string[] | undefined>>): Context => {
  const byKey = new Map(
    Object.entries(values).flatMap(([key, value]) =>
      value === undefined ? [] : [[key.toLowerCase(), typeof value === 'string' ? [value] : value] as const],
    ),
  );
  return (key) => byKey.get(key);
};

/** The first context that knows a key decides. */
export const joined =
  (first: Context, second: Context): Context =>
  (key) =>
    first(key) ?? second(key);
