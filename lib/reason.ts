/** What went wrong, in words: an error and everything that caused it, as one text for a log line or a terminal. */

const MOST_CAUSES = 8;
const LONGEST = 2_000;

/** Without what would move a terminal's cursor or ring its bell: others may have written it. Line breaks stay. */
const shown = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim();

/** Its own words; its code or its kind where it has none, as an error of the system may. */
const ownWords = (error: Error): string => {
  const code = 'code' in error ? error.code : undefined;
  return shown(error.message) || (typeof code === 'string' ? code : error.name);
};

/** An error that stands for several, as when each address of a host was tried, is told by those. */
const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return shown(String(error));
  if (!(error instanceof AggregateError) || error.errors.length === 0) return ownWords(error);
  const each = [...new Set(error.errors.slice(0, MOST_CAUSES).map(wordsOf))].join('; ');
  return error.message ? `${shown(error.message)}: ${each}` : each;
};

/** The words of an error and of its causes, outermost first, joined by colons. A cause that is told already is left out. */
export const reasonOf = (error: unknown): string => {
  const words: string[] = [];
  const seen = new Set<unknown>();
  let cause = error;
  while (cause !== undefined && cause !== null && !seen.has(cause) && seen.size < MOST_CAUSES) {
    seen.add(cause);
    const next = wordsOf(cause);
    if (!words.some((told) => told.includes(next))) words.push(next);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  const text = words.join(': ') || String(error);
  return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;
};
