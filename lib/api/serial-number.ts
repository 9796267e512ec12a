/**
 * Serial numbers: what of a device stays the same when it is installed anew. One that says which PC it is belongs to
 * one device in service at a time; a filler, as many makers leave it, says nothing, and any number of PCs have it.
 *
 * Fillers come in families (words for "nothing", the field's own name, counting, one character again and again), and are
 * known by those rather than one by one. Collected from the serials that inventory programs leave out by default: OCS
 * Inventory (`blacklist_serials` in its `ocsbase.sql`) and GLPI (`install/empty_data.php`), from what dmidecode prints for
 * damaged tables, and from makers' boards seen in public reports.
 */

/** What stands for no number, written without spaces and signs. */
const NOTHING = new Set([
  'TOBEFILLED',
  'TOBEFILLEDBYOEM',
  'FILLEDBYOEM',
  'TBD',
  'TBDBYOEM',
  'OEM',
  'DEFAULT',
  'DEFAULTSTRING',
  'STANDARD',
  'NOTSPECIFIED',
  'UNSPECIFIED',
  'NOTSET',
  'NOTPROVIDED',
  'NONEPROVIDED',
  'NOTPRESENT',
  'NOTDEFINED',
  'UNDEFINED',
  'NOTAPPLICABLE',
  'NOTAVAILABLE',
  'NA',
  'UNKNOWN',
  'UNKNOW',
  'INVALID',
  'NONE',
  'NULL',
  'NULLSTRING',
  'EMPTY',
  'BLANK',
  'PLEASECHANGE',
  'CHANGEME',
  'OUTOFSPEC',
  'BADINDEX',
  'EVAL',
  'IATPASS',
  'TULIPCOMPUTERS',
  'SN123456FVGV3I0B8O5N6N7K',
  // Numbers of boards whose maker set none: the bytes are counted through.
  '03000200040005000006000700080009',
  '000102030405060708090A0B0C0D0E0F',
  '123456781234567890ABCDDEEFAABBCC',
]);

/** The field's own name in place of what is to stand there, perhaps with room for digits: `Base Board Serial Number`. */
const FIELD_NAME =
  /^(UNSPECIFIED)?(SYSTEM|CHASSIS|ENCLOSURE|BASEBOARD|BOARD|MOTHERBOARD|MB|PRODUCT|DEVICE|OEM)?(SERIAL(NUMBER|NUM|NO|STRING)?|SSN|SN)X*$/;

/** What makers put before a number. */
const PREFIX = /^(SSN|SN|SYS|MB)(?=.)/;

const ONE_CHARACTER = /^(.)\1*$/u;

const UP = '0123456789ABCDEF';
const AROUND = '1234567890'.repeat(4);
const DOWN = '9876543210';
const SHORTEST_COUNT = 3;
const SHORTEST_COUNT_BEFORE_ZEROS = 6;

const counts = (text: string): boolean =>
  text.length >= SHORTEST_COUNT && [UP, AROUND, `0${AROUND}`, DOWN].some((count) => count.startsWith(text));

/** Counted through, or counted and filled up with zeros: `0123456789ABCDEF`, `123456789000`. */
const isCount = (text: string): boolean => {
  const counted = text.replace(/0+$/, '');
  return counts(text) || (counted.length >= SHORTEST_COUNT_BEFORE_ZEROS && counts(counted));
};

/** @param bare letters and digits alone */
const isFiller = (bare: string): boolean => {
  const number = bare.replace(PREFIX, '');
  return (
    bare === '' ||
    NOTHING.has(bare) ||
    // `INVALID0`
    NOTHING.has(bare.replace(/0+$/, '')) ||
    FIELD_NAME.test(bare) ||
    ONE_CHARACTER.test(number) ||
    isCount(number)
  );
};

/**
 * @returns the form in which serial numbers are compared, whatever their case and spaces; `undefined` for a filler
 */
export const comparableSerialNumber = (serialNumber: string | undefined): string | undefined => {
  const comparable = serialNumber?.normalize('NFKC').trim().replace(/\s+/g, ' ').toUpperCase();
  return comparable === undefined || isFiller(comparable.replace(/[^\p{L}\p{N}]/gu, '')) ? undefined : comparable;
};
