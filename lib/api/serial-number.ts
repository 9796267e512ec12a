/**
 * Serial numbers: what of a device stays the same when it is installed anew. One that says which PC it is belongs to
 * one device in service at a time; a placeholder, as many makers leave it, says nothing.
 */

/** What makers and hypervisors write where no serial number was set. */
const PLACEHOLDERS = new Set([
  'TO BE FILLED BY O.E.M.',
  'TO BE FILLED BY OEM',
  'DEFAULT STRING',
  'SYSTEM SERIAL NUMBER',
  'CHASSIS SERIAL NUMBER',
  'SERIAL NUMBER',
  'NOT SPECIFIED',
  'NOT APPLICABLE',
  'NOT AVAILABLE',
  'UNKNOWN',
  'INVALID',
  'NONE',
  'NULL',
  'EMPTY',
  'N/A',
  'NA',
  'OEM',
  '0123456789',
  '123456789',
  '1234567890',
]);

/** One character again and again: `0`, `00000000`, `-`, `XXXX`. */
const ONE_CHARACTER = /^(.)\1*$/u;

/**
 * @returns the form in which serial numbers are compared, whatever their case and spaces; `undefined` for a placeholder
 */
export const comparableSerialNumber = (serialNumber: string | undefined): string | undefined => {
  const comparable = serialNumber?.normalize('NFKC').trim().replace(/\s+/g, ' ').toUpperCase();
  if (!comparable || PLACEHOLDERS.has(comparable) || ONE_CHARACTER.test(comparable)) return undefined;
  return comparable;
};
