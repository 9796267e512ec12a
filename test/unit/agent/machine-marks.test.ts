/** What tells a machine from a copy of it, and what may change without that it is another one. */
import { expect, test } from 'vitest';
import { MadeHere } from '../../../agent/assistance/made-here.ts';
import { CommandFailed } from '../../../agent/platform/command.ts';
import { linux } from '../../../agent/platform/linux.ts';
import { isAnotherMachine, learnedMarks, machineMarks } from '../../../agent/platform/machine-marks.ts';
import { macos } from '../../../agent/platform/macos.ts';
import { nativeHost } from '../../../agent/platform/native-host.ts';
import type { MachineMarks } from '../../../agent/platform/platform.ts';
import { windows } from '../../../agent/platform/windows.ts';

const ID = '3d1219c7c4c5404aaa1f6d2a48adfda4';
const UUID = '4c4c4544-0051-3510-8053-b4c04f333332';
const marks = (installation?: string, hardware?: string) =>
  machineMarks(
    async () => installation,
    async () => hardware,
  );

const systems = (installation: string | Error, hardware: string | Error): [string, () => Promise<MachineMarks>][] => {
  const give = async (text: string | Error) => {
    if (text instanceof Error) throw text;
    return text;
  };
  const files = async (path: string) => give(path === '/etc/machine-id' ? installation : hardware);
  const host = nativeHost(async () => {
    const machineGuid = await give(installation);
    return JSON.stringify({ serialNumber: null, systemUuid: await give(hardware), machineGuid });
  }, 'host.exe');
  const ioreg = async () => `  "IOPlatformUUID" = "${await give(hardware)}"\n  "IOPlatformSerialNumber" = "C02"\n`;
  return [
    ['linux', () => linux(undefined, files).machineMarks()],
    ['windows', () => windows({ host }).machineMarks()],
    ['macos', () => macos(ioreg).machineMarks()],
  ];
};

test.each(systems(`${ID}\n`, UUID))('on %s the ids are read, and kept as hashes alone', async (name, read) => {
  const { installation, hardware } = await read();
  expect(hardware).toMatch(/^[0-9a-f]{32}$/);
  expect(JSON.stringify([installation, hardware])).not.toContain(ID);
  if (name === 'macos') expect(installation).toBeUndefined();
  else expect(installation).toMatch(/^[0-9a-f]{32}$/);
});

test.each(systems(new CommandFailed('denied'), new CommandFailed('denied')))(
  'on %s what cannot be read is no mark, and no failure',
  async (_, read) => {
    expect(await read()).toEqual({ installation: undefined, hardware: undefined });
  },
);

test('the writing of an id changes nothing: case, braces, dashes, and the byte order of SMBIOS', async () => {
  const { hardware } = await marks(undefined, UUID);
  const forms = [
    UUID.toUpperCase(),
    `{${UUID}}`,
    UUID.replaceAll('-', ''),
    '44454c4c-5100-1035-8053-b4c04f333332',
    ` ${UUID}\n`,
  ];
  for (const form of forms) expect((await marks(undefined, form)).hardware).toBe(hardware);
  expect((await marks(UUID)).installation).not.toBe(hardware);
});

test.each([
  '',
  'uninitialized',
  'Not Settable',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  '03000200-0400-0500-0006-000700080009',
  '00020003-0004-0005-0006-000700080009',
])('%j says nothing of the machine', async (filler) => {
  expect(await marks(filler, filler)).toEqual({ installation: undefined, hardware: undefined });
});

const here: MachineMarks = { installation: 'i', hardware: 'h' };
test.each<[string, MachineMarks | undefined, MachineMarks, boolean]>([
  ['the same', here, here, false],
  ['a copied image on another machine', here, { ...here, hardware: 'x' }, true],
  ['a machine with the same mainboard’s id, made ready for copying', here, { ...here, installation: 'x' }, true],
  ['one of which nothing can be read', here, { installation: undefined, hardware: undefined }, false],
  ['one of which half can be read', here, { installation: undefined, hardware: 'h' }, false],
  ['one of which half can be read, and that differs', here, { installation: undefined, hardware: 'x' }, true],
  ['one whose state has nothing yet', undefined, here, false],
])('%s', (_, known, now, another) => {
  expect(isAnotherMachine(known, now)).toBe(another);
});

test('what can be read later is added, and what is known stays', () => {
  expect(learnedMarks(undefined, here)).toEqual(here);
  expect(learnedMarks({ installation: 'i', hardware: undefined }, here)).toEqual(here);
  expect(learnedMarks(here, { installation: undefined, hardware: 'h' })).toBeUndefined();
});

test('a request is made here when this machine’s own state says so, or a try of it may have got through', async () => {
  const pending = { idempotencyKey: 'k', fingerprint: 'f', startedAt: 1_000 };
  const current = { id: 'req_1', deviceId: 'dev_1', state: 'pending' };
  const asker = { ticket: 't', user: 'ann' };
  const nothing = { current: undefined, pending: undefined };
  const unasked = { current: undefined, trying: undefined };
  const made = (own: object, asked: object, now = 2_000) =>
    new MadeHere({ read: async () => own as never }, { read: async () => asked as never }, () => now);
  const HOURS = 3_600_000;
  expect(await made(nothing, unasked).includes('req_1')).toBe(false);
  expect(await made({ ...nothing, current }, unasked).includes('req_1')).toBe(true);
  expect(await made({ ...nothing, current }, unasked).includes('req_2')).toBe(false);
  expect(await made(nothing, { ...unasked, current: { id: 'req_1', ...asker } }).includes('req_1')).toBe(true);
  expect(await made({ ...nothing, pending }, unasked).includes('req_1')).toBe(true);
  expect(await made({ ...nothing, pending }, unasked, 5 * HOURS).includes('req_1')).toBe(false);
  expect(await made(nothing, { ...unasked, trying: { ...asker, at: 1_000 } }).includes('req_1')).toBe(true);
  expect(await made(nothing, { ...unasked, trying: { ...asker, at: 1_000 } }, 5 * HOURS).includes('req_1')).toBe(false);

  let now = 2_000;
  const known = new MadeHere({ read: async () => ({ ...nothing, pending }) }, { read: async () => unasked }, () => now);
  await known.includes('req_1');
  now = 9 * HOURS;
  expect(await known.includes('req_1')).toBe(true);
});
