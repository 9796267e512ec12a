/** Text that others wrote, made safe to show: no control characters (terminal escapes, bells), no invisible formatting. */

/** Keeps line breaks. */
export const plainText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/[^\P{Cc}\n]|\p{Cf}/gu, '');

/** The start of a text, of at most so many UTF-16 units, and no half of a character. */
export const cut = (text: string, maximum: number): string =>
  /[\ud800-\udbff]$/.test(text.slice(0, maximum)) ? text.slice(0, maximum - 1) : text.slice(0, maximum);

/** One line, cut to a length. */
export const oneLine = (text: string, maximum = 500): string =>
  cut(plainText(text).replace(/\s+/g, ' ').trim(), maximum);
