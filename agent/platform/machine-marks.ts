/**
 * By which marks a machine is told from another one that has a copy of its disk. The ids themselves are confidential and stay with
 * the system (machine-id(5)): what the agent keeps is a keyed hash of each, with a key of its own, and none of it is ever sent.
 */
import { createHmac } from 'node:crypto';
import type { MachineMarks } from './platform.ts';

const KEY = 'remote-assist-agent d1f0a0f5-3c0f-4a55-9a3e-0d2b9a6a7c11';

/** Sixteen bytes, of which SMBIOS has the first, the second and the third group in one byte order or the other. */
const UUID = /^(..)(..)(..)(..)(..)(..)(..)(..)([0-9a-f]{16})$/;

/** Of the two byte orders in which systems and their versions show an SMBIOS UUID always the same. */
const inOneOrder = (digits: string): string => {
  const [, a, b, c, d, e, f, g, h, rest] = UUID.exec(digits) ?? [];
  return [digits, `${d}${c}${b}${a}${f}${e}${h}${g}${rest}`].sort()[0] ?? digits;
};

/** What firmware has where the maker set nothing; a later firmware may set it, on the same machine. */
const FILLERS: ReadonlySet<string> = new Set(
  [
    '03000200040005000006000700080009',
    '12345678123456789012345678901234',
    '1234567812345678123456789abcdef0',
    '123456781234567890abcddeefaabbcc',
    '0123456789abcdef0123456789abcdef',
  ].map(inOneOrder),
);

/** @returns the id without its writing; `undefined` for what is no id, or a filler */
const idOf = (text: string | undefined): string | undefined => {
  const digits = text?.trim().replace(/[{}-]/g, '').toLowerCase() ?? '';
  if (!/^[0-9a-f]{32}$/.test(digits) || new Set(digits).size <= 2) return undefined;
  const id = inOneOrder(digits);
  return FILLERS.has(id) ? undefined : id;
};

const markOf = (kind: string, id: string | undefined): string | undefined =>
  id && createHmac('sha256', KEY).update(`${kind} ${id}`).digest('hex').slice(0, 32);

/**
 * @param installation gives the id that the system made when it was installed @param hardware the one of the mainboard or the
 *   virtual machine; either may fail
 */
export const machineMarks = async (
  installation: () => Promise<string | undefined>,
  hardware: () => Promise<string | undefined>,
): Promise<MachineMarks> => {
  const read = (id: () => Promise<string | undefined>) => id().catch(() => undefined);
  return {
    installation: markOf('installation', idOf(await read(installation))),
    hardware: markOf('hardware', idOf(await read(hardware))),
  };
};

/**
 * Whether a mark that is known of both differs. A disk image that was copied as it is has another hardware, one that was made
 * ready for copying another installation too; and two virtual machines may have the same hardware's id.
 */
export const isAnotherMachine = (known: MachineMarks | undefined, here: MachineMarks): boolean =>
  (['installation', 'hardware'] as const).some(
    (mark) => known?.[mark] !== undefined && here[mark] !== undefined && known[mark] !== here[mark],
  );

/** What is known once what can be read here is added; `undefined` when nothing is new. */
export const learnedMarks = (known: MachineMarks | undefined, here: MachineMarks): MachineMarks | undefined => {
  const learned = {
    installation: known?.installation ?? here.installation,
    hardware: known?.hardware ?? here.hardware,
  };
  const isNew = learned.installation !== known?.installation || learned.hardware !== known?.hardware;
  return isNew ? learned : undefined;
};
