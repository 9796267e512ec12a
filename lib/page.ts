/** Pages of a list, as the domain sees them. */

/** `after`: the position where the page before ended; what it is only the list itself knows. */
export type PageRequest = { limit: number; after?: string };

export type Page<T> = { items: T[]; next?: string };
