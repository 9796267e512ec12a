/** Text that somebody else wrote: its direction stays its own, and a long word breaks. */
import type { ReactNode } from 'react';

/** `multiline` keeps line ends. */
export const Text = ({ children, multiline = false }: { children: ReactNode; multiline?: boolean }) => (
  <bdi className={multiline ? 'ra-text ra-text-multiline' : 'ra-text'}>{children}</bdi>
);
