/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run bench -- [--devices N] [--only expansion]

  --devices N        for how many devices the restart is that is expanded, 100 to 100000 (default 10000)
  --only expansion   measures that and nothing else

Exit codes: 0 every target is met, 1 one is missed or cannot be told, 2 wrong usage.
`;

export type Options = { readonly devices: number; readonly onlyExpansion: boolean };

/** @throws RangeError, or TypeError for an option that there is not */
export const readOptions = (args: string[]): Options => {
  const { values } = parseArgs({
    args,
    options: { devices: { type: 'string', default: '10000' }, only: { type: 'string' } },
  });
  const devices = Number(values.devices);
  if (!/^\d+$/.test(values.devices) || devices < 100 || devices > 100_000) {
    throw new RangeError(`--devices must be a whole number from 100 to 100000, not "${values.devices}".`);
  }
  if (values.only !== undefined && values.only !== 'expansion') {
    throw new RangeError(`--only knows "expansion", and not "${values.only}".`);
  }
  return { devices, onlyExpansion: values.only === 'expansion' };
};
