/** Saves a whole list as CSV: page by page, with how far it is and a way to stop. */
import Button from '@cloudscape-design/components/button';
import { useRef, useState } from 'react';
import type { Operation } from '../../lib/api/operation.ts';
import { useNotices } from '../app/notices.tsx';
import type { Item } from '../app/queries.ts';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { useSignedIn } from '../session/context.tsx';
import { toCsv } from './csv.ts';
import { useDescribeError } from './problem.tsx';

const PAGE_SIZE = '100';

type CsvButtonProps<O extends Operation> = {
  /** Of the file, without its ending. */
  name: string;
  operation: O;
  params?: Record<string, string>;
  query: Record<string, string | undefined>;
  header: readonly string[];
  row: (item: Item<O>) => readonly string[];
};

const save = (name: string, csv: string): void => {
  const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(url);
};

export const CsvButton = <O extends Operation>({ name, operation, params, query, header, row }: CsvButtonProps<O>) => {
  const t = useWords(common);
  const { call } = useSignedIn();
  const { show } = useNotices();
  const describe = useDescribeError();
  const [count, setCount] = useState<number>();
  const stop = useRef<AbortController>(undefined);

  const readAll = async (signal: AbortSignal): Promise<(readonly string[])[]> => {
    const rows: (readonly string[])[] = [];
    let cursor: string | undefined;
    do {
      const request = { ...(params && { params }), query: { ...query, limit: PAGE_SIZE, cursor } };
      const { body } = await call(operation, request as never, { signal });
      const page = body as unknown as { items: readonly Item<O>[]; nextCursor?: string };
      rows.push(...page.items.map(row));
      setCount(rows.length);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return rows;
  };

  const start = async (): Promise<void> => {
    const controller = new AbortController();
    stop.current = controller;
    setCount(0);
    try {
      save(name, toCsv(header, await readAll(controller.signal)));
    } catch (error) {
      if (!controller.signal.aborted) show({ type: 'error', content: describe(error) });
    } finally {
      setCount(undefined);
    }
  };

  if (count === undefined) {
    return (
      <Button iconName="download" onClick={() => void start()}>
        {t.exportCsv}
      </Button>
    );
  }
  return (
    <Button iconName="close" ariaLabel={t.cancel} onClick={() => stop.current?.abort()}>
      {t.exporting(count)}
    </Button>
  );
};
