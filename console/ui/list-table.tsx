/**
 * A list of the API as a table: page by page by its cursors, with a skeleton while it loads, its error with a way to try
 * again, and an empty state with one thing to do.
 */
import Box from '@cloudscape-design/components/box';
import Pagination from '@cloudscape-design/components/pagination';
import Skeleton from '@cloudscape-design/components/skeleton';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { type ReactNode, useEffect } from 'react';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { useAddress } from './address.ts';
import { Problem } from './problem.tsx';

/** What `useList` gives. */
type List<T> = {
  data?: { pages: readonly { items: readonly T[] }[] } | undefined;
  error: unknown;
  hasNextPage: boolean;
  isFetching: boolean;
  fetchNextPage: () => Promise<unknown>;
  refetch: () => Promise<unknown>;
};

export type Column<T> = TableProps.ColumnDefinition<T>;

export type Selection<T> = {
  items: readonly T[];
  onChange: (shown: readonly T[], selected: readonly T[]) => void;
  /** The accessible name of an item's checkbox. */
  nameOf: (item: T) => string;
  /** The accessible name of the checkbox that selects the page. */
  allName: string;
};

type ListTableProps<T> = {
  label: string;
  list: List<T>;
  columns: readonly Column<T>[];
  /** What identifies an item. */
  idOf: (item: T) => string;
  header: ReactNode;
  filter?: ReactNode;
  empty: ReactNode;
  selection?: Selection<T>;
  variant?: TableProps.Variant;
};

const SKELETON_ROWS = 5;

/** Which page the address says, from 1; pages before it are read first, since each page's cursor is in the one before. */
const usePageNumber = <T,>(list: List<T>): [number, (page: number) => void] => {
  const [{ page: text }, change] = useAddress(['page']);
  const wanted = Math.max(1, Math.trunc(Number(text ?? 1)) || 1);
  const loaded = list.data?.pages.length ?? 0;
  const { hasNextPage, isFetching, fetchNextPage, error } = list;
  useEffect(() => {
    if (loaded > 0 && loaded < wanted && hasNextPage && !isFetching && !error) void fetchNextPage();
  }, [loaded, wanted, hasNextPage, isFetching, fetchNextPage, error]);
  const page = loaded > 0 && !hasNextPage ? Math.min(wanted, loaded) : wanted;
  return [page, (next) => change({ page: next === 1 ? undefined : String(next) })];
};

const SkeletonTable = <T,>({
  columns,
  ...rest
}: Pick<TableProps<T>, 'header' | 'variant' | 'filter'> & { columns: readonly Column<T>[] }) => {
  const t = useWords(common);
  return (
    <Table
      {...rest}
      items={Array.from({ length: SKELETON_ROWS }, (_, index) => ({ index }))}
      trackBy="index"
      columnDefinitions={columns.map(({ id, header }, index) => ({
        ...(id !== undefined && { id }),
        header,
        cell: () => <Skeleton />,
        isRowHeader: index === 0,
      }))}
      ariaLabels={{ tableLabel: t.loading }}
    />
  );
};

export const ListTable = <T,>(props: ListTableProps<T>) => {
  const { label, list, columns, idOf, header, filter, empty, selection, variant = 'container' } = props;
  const t = useWords(common);
  const [page, setPage] = usePageNumber(list);
  const items = list.data?.pages[page - 1]?.items;
  if (!items && list.error) {
    return (
      <SpaceBetween size="m">
        {header}
        <Problem error={list.error} onRetry={() => void list.refetch()} />
      </SpaceBetween>
    );
  }
  const shown = { header, variant, ...(filter !== undefined && { filter }) };
  if (!items) return <SkeletonTable {...shown} columns={columns} />;
  const count = list.data?.pages.length ?? 1;
  return (
    <Table<T>
      {...shown}
      items={items}
      trackBy={idOf}
      columnDefinitions={columns}
      wrapLines
      enableKeyboardNavigation
      empty={
        <Box textAlign="center" padding="l">
          {empty}
        </Box>
      }
      ariaLabels={{
        tableLabel: label,
        ...(selection && {
          selectionGroupLabel: label,
          allItemsSelectionLabel: () => selection.allName,
          itemSelectionLabel: (_data, item) => selection.nameOf(item),
        }),
      }}
      {...(selection && {
        selectionType: 'multi' as const,
        selectedItems: selection.items,
        onSelectionChange: ({ detail }) => selection.onChange(items, detail.selectedItems),
      })}
      {...((count > 1 || list.hasNextPage) && {
        pagination: (
          <Pagination
            currentPageIndex={page}
            pagesCount={count}
            openEnd={list.hasNextPage}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
            ariaLabels={{
              nextPageLabel: t.nextPage,
              previousPageLabel: t.previousPage,
              pageLabel: (n) => t.pageNumber(n),
            }}
          />
        ),
      })}
    />
  );
};
