/**
 * A list of the API as a table, or on a narrow screen as cards: page by page, with a skeleton while it loads, its error with a way to try again, and an
 * empty state with one thing to do.
 */
import Pagination from '@cloudscape-design/components/pagination';
import Skeleton from '@cloudscape-design/components/skeleton';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import type { Paged } from '../data/paged.ts';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { NotFresh } from './freshness.tsx';
import { ListCards } from './list-cards.tsx';
import { useIsNarrow } from './narrow.ts';
import { Problem } from './problem.tsx';

export type Column<T> = TableProps.ColumnDefinition<T>;

export type Selection<T> = {
  /** Those of the page that are selected. */
  items: readonly T[];
  onChange: (shown: readonly T[], selected: readonly T[]) => void;
  /** The accessible name of an item's checkbox. */
  nameOf: (item: T) => string;
  /** The accessible name of the checkbox that selects the page. */
  allName: string;
};

type ListTableProps<T> = {
  label: string;
  list: Paged<T>;
  columns: readonly Column<T>[];
  /** What identifies an item. */
  idOf: (item: T) => string;
  header: ReactNode;
  filter?: ReactNode;
  empty: ReactNode;
  selection?: Selection<T> | undefined;
  variant?: TableProps.Variant;
};

const SKELETON_ROWS = 5;

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

const Pages = <T,>({ list }: { list: Paged<T> }) => {
  const t = useWords(common);
  return (
    <Pagination
      currentPageIndex={list.page}
      pagesCount={Math.max(list.pages, list.page)}
      openEnd={list.hasNext}
      onChange={({ detail }) => list.setPage(detail.currentPageIndex)}
      ariaLabels={{
        nextPageLabel: t.nextPage,
        previousPageLabel: t.previousPage,
        pageLabel: (n) => t.pageNumber(n),
      }}
    />
  );
};

const selectionProps = <T,>(label: string, items: readonly T[], selection: Selection<T>): Partial<TableProps<T>> => ({
  selectionType: 'multi',
  selectedItems: selection.items,
  onSelectionChange: ({ detail }) => selection.onChange(items, detail.selectedItems),
  ariaLabels: {
    tableLabel: label,
    selectionGroupLabel: label,
    allItemsSelectionLabel: () => selection.allName,
    itemSelectionLabel: (_data, item) => selection.nameOf(item),
  },
});

export const ListTable = <T,>(props: ListTableProps<T>) => {
  const { label, list, columns, idOf, header, filter, empty, selection, variant = 'container' } = props;
  const { items, error, readAt, refetch } = list;
  const isNarrow = useIsNarrow();
  const retry = (): void => void refetch();
  if (!items && error) {
    return (
      <SpaceBetween size="m">
        {header}
        {filter}
        <Problem error={error} onRetry={retry} />
      </SpaceBetween>
    );
  }
  const shown = { header, variant, ...(filter !== undefined && { filter }) };
  if (!items) return <SkeletonTable {...shown} columns={columns} />;
  const nothing = <div className="ra-empty">{empty}</div>;
  const pagination = (list.page > 1 || list.hasNext) && <Pages list={list} />;
  return (
    <SpaceBetween size="m">
      <NotFresh error={error} readAt={readAt} onRetry={retry} />
      {isNarrow ? (
        <ListCards {...{ label, items, columns, idOf, header, filter, selection, pagination }} empty={nothing} />
      ) : (
        <Table<T>
          {...shown}
          items={items}
          trackBy={idOf}
          columnDefinitions={columns}
          wrapLines
          enableKeyboardNavigation
          ariaLabels={{ tableLabel: label }}
          empty={nothing}
          {...(selection && selectionProps(label, items, selection))}
          {...(pagination && { pagination })}
        />
      )}
    </SpaceBetween>
  );
};
