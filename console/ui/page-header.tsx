/** A page's heading, which is the tab's title too: with how many wait for help before it. */
import Header, { type HeaderProps } from '@cloudscape-design/components/header';
import { type ReactNode, useEffect } from 'react';
import { useLive } from '../live/context.tsx';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { Text } from './text.tsx';

type PageHeaderProps = {
  title: string;
  /** In place of the title, where it is more than one text. */
  children?: ReactNode;
} & Pick<HeaderProps, 'actions' | 'counter' | 'description'>;

export const PageHeader = ({ title, children, ...props }: PageHeaderProps) => {
  const { product } = useWords(common);
  const { overview } = useLive();
  const pending = overview?.pendingRequests ?? 0;
  const count = overview?.more?.includes('pendingRequests') ? `${pending}+` : String(pending);
  const tab = `${pending > 0 ? `(${count}) ` : ''}${title} – ${product}`;
  useEffect(() => {
    document.title = tab;
  }, [tab]);
  return (
    <Header {...props} variant="h1">
      {children ?? <Text>{title}</Text>}
    </Header>
  );
};
