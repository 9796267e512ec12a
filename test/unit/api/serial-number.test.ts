import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableSerialNumber } from '../../../lib/api/serial-number.ts';

const FILLERS: Readonly<Record<string, readonly string[]>> = {
  'words for nothing': [
    'To Be Filled By O.E.M.',
    'To be filled by O.E.M',
    'Filled by O.E.M.',
    'TBD by OEM',
    'O.E.M.',
    'Default string',
    'Default_string',
    'Not Specified',
    'NotSpecified',
    'Not Set',
    'Not Available',
    'None Provided',
    'None',
    'N/A',
    'NA',
    'Unknown',
    'Unknow',
    'Undefined',
    '(null string)',
    'Invalid',
    'INVALID0',
    'Standard',
    'PLEASE CHANGE',
    '<OUT OF SPEC>',
    '<BAD INDEX>',
    'EVAL',
  ],
  'the name of the field': [
    'Serial',
    'SerialNumber',
    'Serial Number',
    'Serial No.',
    'Serial Number xxxxxx',
    'System Serial Number',
    'System Serial No',
    'System SN',
    'Chassis Serial Number',
    'Base Board Serial Number',
    'Board Serial Number',
    'Unspecified Base Board Serial Number',
    'MB Serial',
    'Oem_Serial',
    'S/N',
  ],
  counting: [
    '123',
    '123456',
    '1234567',
    '12345678',
    '0123456789',
    '01234567890',
    '1234567890',
    '123456789012',
    '12345678901234567',
    '0123456789ABCDEF',
    '123456789000',
    '9876543210',
    'SN-12345',
    'SSN-123456',
    'MB-1234567890',
    'SYS-1234567890',
    'SYS-9876543210',
    '03000200-0400-0500-0006-000700080009',
    '00010203-0405-0607-0809-0A0B0C0D0E0F',
  ],
  'one character again and again': [
    '0',
    '1',
    '-',
    '................',
    '00000000',
    '1111111111',
    'XXXX',
    'XXXX-XXXX',
    'nnnnnnn',
    'SN0000000000',
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    '',
    '  ',
  ],
};

const REAL = [
  '5CG1234XYZ',
  'PF2ABCDE',
  'C02MF1BKFD59',
  'BR80YFDYZ68ICQ4',
  'MXL1234567',
  'SN1234987',
  '1234567X',
  'R90ABCD1',
  'FVFXC2ABJ1WK',
  'VMware-56 4d 2f f4 23 f3 d2 3f-7a b7 1c 5a 10 d0 1d f5',
  // Hyper-V's: only beginning like a filler.
  '0000-0011-2233-4455-6677-8899-01',
  '4C4C4544-0042-3510-8052-B3C04F4B4E32',
  'ec2f0b4e-9d2d-1c3a-6f0e-2b7c1a5e9d10',
  'GM12345678',
];

describe('a serial number', () => {
  it.each(Object.entries(FILLERS).flatMap(([family, fillers]) => fillers.map((filler) => ({ family, filler }))))(
    'is none where it is one of $family: $filler',
    ({ filler }) => {
      for (const written of [filler, ` ${filler} `, filler.toLowerCase(), filler.toUpperCase()]) {
        expect(comparableSerialNumber(written)).toBeUndefined();
      }
    },
  );

  it.each(REAL)('is one where it says which PC it is: %s', (real) => {
    expect(comparableSerialNumber(real)).toBe(real.toUpperCase());
  });

  it('is compared whatever its case, width and spaces', () => {
    expect(comparableSerialNumber(' ＰＦ-1a\t b ')).toBe('PF-1A B');
  });

  it('is one where a maker gives it, whatever it is made of', () => {
    const digit = fc.constantFrom(...'0123456789');
    const letter = fc.constantFrom(...'BCDFGHJKLMPQRSTVWYZ');
    const made = fc.tuple(
      fc.string({ unit: letter, minLength: 2, maxLength: 4 }),
      fc.string({ unit: digit, minLength: 4, maxLength: 8 }),
      letter,
    );
    fc.assert(
      fc.property(made, ([type, count, check]) => {
        // Two letters that differ are not one character again and again.
        fc.pre(new Set(type).size > 1);
        expect(comparableSerialNumber(`${type}${count}${check}`)).toBe(`${type}${count}${check}`);
      }),
    );
  });
});
