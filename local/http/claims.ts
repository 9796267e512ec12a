/** A token's claims as API Gateway passes them to a function: every one a string. */

/** Lists become `[a b]`, as API Gateway writes them, and members of objects `map[a:1 b:2]`. */
export const claimText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  if (value !== null && typeof value === 'object') {
    return `map[${Object.entries(value)
      .map(([name, member]) => `${name}:${claimText(member)}`)
      .join(' ')}]`;
  }
  return String(value);
};

export const claimTexts = (claims: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimText(value)]));

/** The scopes that a token carries in `scope` or `scp`. */
export const scopesOf = (claims: Readonly<Record<string, unknown>>): string[] => {
  const scope = claims['scope'] ?? claims['scp'];
  if (Array.isArray(scope)) return scope.map(String);
  return typeof scope === 'string' ? scope.split(' ').filter((part) => part !== '') : [];
};
