/** Ids for tests: well-formed, of the right time, and the same in each run. */
import { derivedId, type IdSource } from '../../../lib/ids.ts';
import { T0 } from './time.ts';

export const countingIds = (): IdSource => {
  let count = 0;
  return (prefix, now) => {
    count += 1;
    return derivedId(prefix, now, `test ${count}`);
  };
};

/** `id('dev', 'reception')` is the same id wherever it is written. */
export const id = (prefix: Parameters<IdSource>[0], name: string): string => derivedId(prefix, T0, name);
