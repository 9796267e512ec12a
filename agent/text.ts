/** Text that others wrote, made safe to show: no control characters (terminal escapes, bells), no invisible formatting. */

/** Keeps line breaks. */
export const plainText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/[^\P{Cc}\n]|\p{Cf}/gu, '');

/** One line, cut to a length. */
export const oneLine = (text: string, maximum = 500): string =>
  plainText(text).replace(/\s+/g, ' ').trim().slice(0, maximum);
