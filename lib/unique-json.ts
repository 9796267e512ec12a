/** JSON that means the same to every reader: of an object that names a member twice, one takes the first, another the last. */

/** Texts, and the marks around them. In JSON that parses, a colon outside of a text follows a member's name. */
const TOKENS = /"(?:[^"\\]+|\\.)*"|[{}[\]:]/g;

/** @param json must parse */
const repeatsMember = (json: string): boolean => {
  /** The names so far in each object that is open; `undefined` for an open list. */
  const open: (Set<unknown> | undefined)[] = [];
  let text = '""';
  for (const [token] of json.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const name: unknown = JSON.parse(text);
      const names = open.at(-1);
      if (names?.has(name)) return true;
      names?.add(name);
    } else text = token;
  }
  return false;
};

/** @throws SyntaxError for what is no JSON, and where an object names a member twice */
export const parseUniqueJson = (json: string): unknown => {
  const value: unknown = JSON.parse(json);
  if (repeatsMember(json)) throw new SyntaxError('an object names a member twice');
  return value;
};
