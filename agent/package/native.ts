/**
 * Compiles the native host for Windows, by Debian's cross compiler. Warnings are errors, and the file depends on its source
 * and the version alone.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { HOST_PROGRAM } from '../platform/native-host.ts';
import { MANUFACTURER, PRODUCT, ROOT, VERSION } from './project.ts';
import { runTool } from './tool.ts';
import { windowsVersion } from './windows-executable.ts';

const SOURCES = join(ROOT, 'agent/native');
export const COMPILER = 'x86_64-w64-mingw32-gcc';
const RESOURCE_COMPILER = 'x86_64-w64-mingw32-windres';

/** Those of the files that know nothing of Windows, and are tested where there is none. */
export const PORTABLE_SOURCES = ['text.c', 'options.c', 'back_off.c', 'smbios.c'].map((name) => join(SOURCES, name));

/** Held for all sources, on every compiler. */
export const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion', '-Werror'];

/** Windows 10. */
const WINDOWS = ['-D_WIN32_WINNT=0x0A00', '-DUNICODE', '-D_UNICODE', '-D__USE_MINGW_ANSI_STDIO=1', '-municode'];
const HARDENED = ['-fstack-protector-strong', '-Wl,--dynamicbase,--nxcompat,--high-entropy-va'];
const LIBRARIES = ['-lwtsapi32', '-luserenv', '-lbcrypt', '-ladvapi32'];

const resource = (): string => {
  const numbers = windowsVersion(VERSION).join(',');
  const strings = {
    CompanyName: MANUFACTURER,
    FileDescription: `${PRODUCT}: service and helper`,
    FileVersion: VERSION,
    InternalName: 'remote-assist-host',
    OriginalFilename: HOST_PROGRAM,
    ProductName: PRODUCT,
    ProductVersion: VERSION,
  };
  const values = Object.entries(strings).map(([name, value]) => `      VALUE "${name}", "${value}"`);
  return `1 VERSIONINFO
FILEVERSION ${numbers}
PRODUCTVERSION ${numbers}
FILEOS 0x40004
FILETYPE 0x1
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "040904B0"
    BEGIN
${values.join('\n')}
    END
  END
  BLOCK "VarFileInfo"
  BEGIN
    VALUE "Translation", 0x0409, 0x04B0
  END
END
`;
};

/** @throws CannotBuild */
export const compileHost = (output: string): void => {
  mkdirSync(dirname(output), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'remote-assist-host-'));
  try {
    const script = join(folder, 'version.rc');
    const object = join(folder, 'version.o');
    writeFileSync(script, resource());
    runTool(RESOURCE_COMPILER, ['--input', script, '--output', object]);
    const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.c'));
    const files = [...sources.sort().map((name) => join(SOURCES, name)), object];
    const options = ['-std=gnu11', '-O2', ...WARNINGS, ...WINDOWS, ...HARDENED, '-static', '-s'];
    runTool(COMPILER, [...options, '-Wl,--no-insert-timestamp', ...files, '-o', output, ...LIBRARIES]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
