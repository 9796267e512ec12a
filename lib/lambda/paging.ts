/** Between a list's query and the domain's pages: limits, and cursors that fit this list only. */
import { DEFAULT_PAGE_SIZE } from '../api/common.ts';
import { decodeCursor, encodeCursor } from '../api/cursor.ts';
import type { Operation } from '../api/operation.ts';
import type { Page, PageRequest, SearchedPage } from '../page.ts';

type Query = { limit?: string | undefined; cursor?: string | undefined };

/**
 * @param scope what else the list depends on, such as its filters or whose it is
 * @param read the list itself
 * @throws ProblemError `invalid_cursor`
 */
export const answerPage = async <T, V>(
  { id }: Operation,
  { limit, cursor }: Query,
  scope: Record<string, string | undefined>,
  read: (request: PageRequest) => Promise<Page<T> | SearchedPage<T>>,
  view: (item: T) => V,
): Promise<{ items: V[]; nextCursor?: string; examinedCount?: number }> => {
  const list = `${id} ${JSON.stringify(scope)}`;
  const after = cursor === undefined ? undefined : decodeCursor(list, cursor);
  const page = await read({
    limit: Number(limit ?? DEFAULT_PAGE_SIZE),
    ...(after !== undefined && { after }),
  });
  return {
    items: page.items.map(view),
    ...(page.next !== undefined && { nextCursor: encodeCursor(list, page.next) }),
    ...('examined' in page && { examinedCount: page.examined }),
  };
};
