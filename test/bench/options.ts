/** The command line of `npm run bench`. */
import { parseOptions, UsageError, wholeNumber } from '../../lib/command-line.ts';
import { SECTION_NAMES, type SectionName } from './sections.ts';

export const USAGE = `Usage: npm run bench -- [--devices N] [--only SECTION]...

  --devices N        for how many devices the restart is that is expanded, 100 to 100000 (default 10000)
  --only SECTION     measures that and nothing else; may be given more than once
                     (${SECTION_NAMES.join(', ')})

Exit codes: 0 every target is met, 1 one is missed or cannot be told, 2 wrong usage.
`;

export type Options = { readonly devices: number; readonly sections: readonly SectionName[] };

const sectionNamed = (name: string): SectionName => {
  const known = SECTION_NAMES.find((candidate) => candidate === name);
  if (known) return known;
  throw new UsageError(`--only is ${name}: it is one of ${SECTION_NAMES.join(', ')}`);
};

/** @throws UsageError */
export const readOptions = (args: string[]): Options => {
  const values = parseOptions(args, {
    devices: { type: 'string', default: '10000' },
    only: { type: 'string', multiple: true },
  });
  const devices = wholeNumber('devices', values.devices, 100, 100_000);
  return { devices, sections: values.only?.map(sectionNamed) ?? SECTION_NAMES };
};
