/** Reads this PC's serial number. Only the installed agent's device is told by it, and none needs it to enrol. */
import { comparableSerialNumber } from '../../lib/api/serial-number.ts';
import { oneLine } from '../text.ts';

/** As long as the server takes. */
const MAXIMUM = 128;

/** @returns what `read` gives, as one line; `undefined` where that fails, or where the maker set none */
export const serialNumber = async (read: () => Promise<string | undefined>): Promise<string | undefined> => {
  const text = oneLine((await read().catch(() => undefined)) ?? '', MAXIMUM);
  return comparableSerialNumber(text) === undefined ? undefined : text;
};
