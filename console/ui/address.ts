/** Filters, the page and the open dialog live in the address, so that a reload, a link and the back button show the same. */
import { useCallback, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Role } from '../../lib/api/operation.ts';
import { useSignedIn } from '../session/context.tsx';

/** Parameters to set, or where the value is empty, to take out. */
export type AddressChange = Readonly<Record<string, string | undefined>>;

type Values<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** The parameters `names` of the address, and what changes some of them without a step in the browser's history. */
export const useAddress = <Name extends string>(
  names: readonly Name[],
): [Values<Name>, (change: AddressChange) => void] => {
  const [parameters, setParameters] = useSearchParams();
  const values: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = parameters.get(name);
    if (value) values[name] = value;
  }
  const change = useCallback(
    (changed: AddressChange) =>
      setParameters(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changed)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: true },
      ),
    [setParameters],
  );
  return [values, change];
};

/** Filters of a list: another filter begins at the first page again. */
export const useFilters = <Name extends string>(
  names: readonly Name[],
): [Values<Name>, (change: AddressChange) => void] => {
  const [filters, changeAddress] = useAddress(names);
  const change = useCallback(
    (changed: AddressChange) => changeAddress({ ...changed, page: undefined }),
    [changeAddress],
  );
  return [filters, change];
};

const wholeFrom1 = (text: string | undefined): number => (/^[1-9][0-9]{0,5}$/.test(text ?? '') ? Number(text) : 1);

/** The page that is shown, from 1. @param kept in the address, or in memory for a list that lies over a page */
export const usePageNumber = (kept: 'address' | 'memory'): [number, (page: number) => void] => {
  const memory = useState(1);
  const [{ page }, change] = useAddress(['page']);
  if (kept === 'memory') return memory;
  return [wholeFrom1(page), (next) => change({ page: next === 1 ? undefined : String(next) })];
};

/**
 * The open dialog, of those that the page has.
 * @param dialogs each with the role that it needs: to whom has not that, an address opens none
 */
export const useDialog = <Name extends string>(
  dialogs: Readonly<Record<Name, Role>>,
): [Name | undefined, (name?: Name) => void] => {
  const { may } = useSignedIn();
  const [{ dialog }, change] = useAddress(['dialog']);
  const open = (Object.keys(dialogs) as Name[]).find((name) => name === dialog && may(dialogs[name]));
  return [open, (name) => change({ dialog: name })];
};
