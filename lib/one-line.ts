/** Text that others wrote, for a place that has one line of its own. */

/** Line ends, other control characters, and marks that turn the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

export const oneLine = (text: string): string => text.replace(UNPRINTABLE, ' ').trim();

/** The first so many characters: none is cut in two. */
export const firstOf = (text: string, most: number): string => [...text.slice(0, 2 * most)].slice(0, most).join('');
