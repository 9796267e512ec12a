/** Pages of a list, as the domain sees them. */

/** `after`: the position where the page before ended; what it is only the list itself knows. */
export type PageRequest = { limit: number; after?: string };

export type Page<T> = { items: T[]; next?: string };

/** A page of what was looked for in a list: `examined` of it were looked at, and `next` is there while there is more to look at. */
export type SearchedPage<T> = Page<T> & { examined: number };

/**
 * A page of a short list that is at hand as a whole.
 * @param positionOf unique in the list
 */
export const pageOf = <T>(
  all: readonly T[],
  positionOf: (item: T) => string,
  { limit, after }: PageRequest,
): Page<T> => {
  const start = all.findIndex((item) => positionOf(item) === after) + 1;
  const items = all.slice(start, start + limit);
  const last = items.at(-1);
  return last !== undefined && start + limit < all.length ? { items, next: positionOf(last) } : { items };
};
