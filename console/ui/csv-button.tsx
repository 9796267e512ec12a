/** Saves a whole list as CSV: page by page, with how far it is and a way to stop. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useRef, useState } from 'react';
import type { Operation } from '../../lib/api/operation.ts';
import { type ListSource, readAll } from '../data/read-all.ts';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { useSignedIn } from '../session/context.tsx';
import { type CsvColumn, csvOf } from './csv.ts';
import { useNotices } from './notices.tsx';
import { ProblemLine } from './problem.tsx';

/** For how long a browser may take to begin saving. */
const KEPT_MS = 60_000;

const save = (name: string, csv: string): void => {
  const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
};

type CsvButtonProps<O extends Operation, T> = {
  /** Of the file, without its ending. */
  name: string;
  source: ListSource<O, T>;
  columns: readonly CsvColumn<T>[];
};

export const CsvButton = <O extends Operation, T>({ name, source, columns }: CsvButtonProps<O, T>) => {
  const t = useWords(common);
  const { call } = useSignedIn();
  const { show } = useNotices();
  const [count, setCount] = useState<number>();
  const stop = useRef<AbortController>(undefined);

  const start = async (): Promise<void> => {
    const controller = new AbortController();
    stop.current = controller;
    setCount(0);
    try {
      const items = await readAll(call, source, { signal: controller.signal, onProgress: setCount });
      save(name, csvOf(columns, items));
    } catch (error) {
      if (!controller.signal.aborted) show({ type: 'error', content: <ProblemLine error={error} /> });
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
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      <StatusIndicator type="in-progress">{t.exporting(count)}</StatusIndicator>
      <Button onClick={() => stop.current?.abort()}>{t.cancelExport}</Button>
    </SpaceBetween>
  );
};
