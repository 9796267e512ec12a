/** A link to another page of the console, which is shown without loading the console again. */
import Link, { type LinkProps } from '@cloudscape-design/components/link';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { Text } from './text.tsx';

type PageLinkProps = { to: string; children: ReactNode } & Pick<LinkProps, 'variant' | 'fontSize' | 'ariaLabel'>;

/** @param to below `/console` */
export const PageLink = ({ to, children, ...props }: PageLinkProps) => {
  const [, navigate] = useLocation();
  return (
    <Link
      {...props}
      href={`/console${to}`}
      onFollow={(event) => {
        if (event.detail.external) return;
        event.preventDefault();
        navigate(to);
      }}
    >
      <Text>{children}</Text>
    </Link>
  );
};
