/** IAM's wildcards: `*` for any text, `?` for one character. */

const compile = (pattern: string, flags: string): ((text: string) => boolean) => {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const regex = new RegExp(`^${source}$`, `s${flags}`);
  return (text) => regex.test(text);
};

export type Pattern = { readonly text: string; matches(value: string): boolean };

/** A text that may have wildcards; without any, it is compared as it is. */
export const likePattern = (text: string): Pattern => {
  const matches = /[*?]/.test(text) ? compile(text, '') : (value: string) => value === text;
  return { text, matches };
};

/** An action such as `dynamodb:Get*`; letter case is of no account. */
export const actionPattern = (text: string): Pattern => {
  const wanted = text.toLowerCase();
  const matches = /[*?]/.test(text) ? compile(text, 'i') : (value: string) => value.toLowerCase() === wanted;
  return { text, matches };
};

/** The five colons of an ARN are boundaries that no wildcard crosses; the sixth part may have colons of its own. */
const partsOf = (arn: string): string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
};

/** A resource: an ARN that may have wildcards, or `*` for all. */
export const arnPattern = (text: string): Pattern => {
  if (text === '*') return { text, matches: () => true };
  if (!/[*?]/.test(text)) return { text, matches: (value) => value === text };
  const parts = partsOf(text).map(likePattern);
  return { text, matches: (value) => partsOf(value).every((part, index) => parts[index]?.matches(part)) };
};
