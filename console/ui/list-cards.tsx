/** A list as cards, for where a table would be wider than the screen: each column is a line of the card. */
import Cards from '@cloudscape-design/components/cards';
import type { ReactNode } from 'react';
import type { Column, Selection } from './list-table.tsx';

type ListCardsProps<T> = {
  label: string;
  items: readonly T[];
  columns: readonly Column<T>[];
  idOf: (item: T) => string;
  header: ReactNode;
  filter: ReactNode;
  empty: ReactNode;
  selection: Selection<T> | undefined;
  pagination: ReactNode;
};

/** Columns as wide as this hold sentences; two of the others stand beside each other. */
const WIDE = 200;

const Facts = <T,>({ item, columns }: { item: T; columns: readonly Column<T>[] }) => (
  <dl className="ra-facts">
    {columns.map(({ id, header, cell, minWidth = 0 }) => (
      <div key={id} className={Number(minWidth) < WIDE ? '' : 'ra-facts-wide'}>
        <dt>{header}</dt>
        <dd>{cell(item)}</dd>
      </div>
    ))}
  </dl>
);

export const ListCards = <T,>(props: ListCardsProps<T>) => {
  const { label, items, columns, idOf, selection, ...shown } = props;
  const [first, ...others] = columns;
  return (
    <Cards<T>
      {...shown}
      items={items}
      trackBy={idOf}
      cardDefinition={{
        header: (item) => first?.cell(item),
        sections: [{ id: 'facts', content: (item) => <Facts item={item} columns={others} /> }],
      }}
      cardsPerRow={[{ cards: 1 }]}
      ariaLabels={{
        cardsLabel: label,
        selectionGroupLabel: label,
        itemSelectionLabel: (_data, item) => selection?.nameOf(item) ?? '',
      }}
      {...(selection && {
        selectionType: 'multi' as const,
        selectedItems: selection.items,
        onSelectionChange: ({ detail }) => selection.onChange(items, detail.selectedItems),
      })}
    />
  );
};
