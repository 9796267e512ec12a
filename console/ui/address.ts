/** Filters and pages live in the address, so that a reload, a link and the back button show the same. */
import { useCallback } from 'react';
import { useSearchParams } from 'wouter';

export type Filters = Readonly<Record<string, string | undefined>>;

/**
 * The parameters of the address that the page knows, and a way to change some of them: an empty value takes one out.
 * A change replaces the address and starts at the first page again, unless it is the page that changes.
 */
export const useAddress = <Name extends string>(
  names: readonly Name[],
): [Readonly<Partial<Record<Name, string>>>, (change: Filters) => void] => {
  const [parameters, setParameters] = useSearchParams();
  const values: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = parameters.get(name);
    if (value) values[name] = value;
  }
  const change = useCallback(
    (changed: Filters) =>
      setParameters(
        (before) => {
          const next = new URLSearchParams(before);
          if (!('page' in changed)) next.delete('page');
          for (const [name, value] of Object.entries(changed)) {
            if (value === undefined || value === '') next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      ),
    [setParameters],
  );
  return [values, change];
};
