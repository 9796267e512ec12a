/**
 * Before the first of these tests: builds each package once, of the sources as they are. One whose tools are not installed
 * is left out with its tests, and said so; continuous integration installs them all.
 */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ARCHITECTURES, type Architecture, buildDeb, QUICK } from '../../agent/package/deb.ts';
import { buildExecutable } from '../../agent/package/executable.ts';
import { buildMsi } from '../../agent/package/msi.ts';
import { PORTABLE_SOURCES, WARNINGS } from '../../agent/package/native.ts';
import { VERSION } from '../../agent/package/project.ts';
import { isAtHand } from '../../agent/package/runtime.ts';
import { type TargetName, targetOf } from '../../agent/package/targets.ts';
import { debianPackageOf, isInstalled, runTool } from '../../agent/package/tool.ts';
import { buildWindowsFolder } from '../../agent/package/windows-folder.ts';
import { noChroot } from './chroot.ts';
import type { Built, Packages } from './packages.ts';

const SOFTHSM = '/usr/lib/softhsm/libsofthsm2.so';

/** Looks beyond what is there, and sums that overflow, end it. */
const SANITIZED = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

const missing = (what: string, from: string): Built => ({ missing: `${what} is not here (${from})` });

/** Tests ask no registry: a runtime that npm has not fetched yet is one that is missing. */
const needsRuntime = async (name: TargetName): Promise<Built | undefined> =>
  (await isAtHand(targetOf(name)))
    ? undefined
    : missing(`the Node of ${name}`, `npm run build:agent -- --target ${name} --fetch-only`);

const needsTools = (...tools: string[]): Built | undefined => {
  const lacking = tools.find((tool) => !isInstalled(tool));
  return lacking === undefined ? undefined : missing(lacking, `apt-get install ${debianPackageOf(lacking)}`);
};

const nativeLogic = (folder: string): Built => {
  const lacking = needsTools('gcc');
  if (lacking) return lacking;
  const path = join(folder, 'native-logic');
  const source = join(import.meta.dirname, 'native-logic.c');
  runTool('gcc', ['-std=gnu11', ...WARNINGS, ...SANITIZED, source, ...PORTABLE_SOURCES, '-o', path]);
  return { path };
};

const executable = async (folder: string, name: TargetName): Promise<Built> => {
  const target = targetOf(name);
  const lacking = (await needsRuntime(name)) ?? needsTools(...(target.strip ? [target.strip] : []));
  if (lacking) return lacking;
  const path = join(folder, name, target.program);
  await buildExecutable(target, path);
  return { path };
};

const windows = async (folder: string): Promise<Built> => {
  const lacking = (await needsRuntime('win-x64')) ?? needsTools('x86_64-w64-mingw32-gcc');
  if (lacking) return lacking;
  const path = join(folder, 'win-x64');
  await buildWindowsFolder(targetOf('win-x64'), path);
  return { path };
};

const msi = async (folder: string, programs: Built): Promise<Built> => {
  const lacking = 'missing' in programs ? programs : needsTools('wixl', 'msibuild', 'msiinfo', 'msiextract');
  if (lacking) return lacking;
  const path = join(folder, 'agent.msi');
  if ('path' in programs) await buildMsi(programs.path, path, VERSION);
  return { path };
};

const deb = async (folder: string, architecture: Architecture, program: Built, version = VERSION): Promise<Built> => {
  const lacking = 'missing' in program ? program : needsTools('dpkg-deb');
  if (lacking || 'missing' in program) return lacking ?? program;
  const path = join(folder, `${version}-${architecture}.deb`);
  await buildDeb({ architecture, executable: program.path, output: path, version, compression: QUICK });
  return { path };
};

const nextProgram = (folder: string): Built => {
  const path = join(folder, 'next');
  writeFileSync(path, '#!/bin/sh\necho the next version\n');
  chmodSync(path, 0o755);
  return { path };
};

const tool = (name: string): Built => needsTools(name) ?? { path: name };

const buildAll = async (folder: string): Promise<Packages> => {
  const here = `${process.platform}-${process.arch}`;
  const own = here === 'linux-x64' ? await executable(folder, here) : missing('a linux-x64 machine', `this is ${here}`);
  const programs = await windows(folder);
  const without = noChroot();
  return {
    executable: own,
    windows: programs,
    nativeLogic: nativeLogic(folder),
    msi: await msi(folder, programs),
    deb: await deb(folder, 'amd64', own),
    debArm64: await deb(folder, 'arm64', await executable(folder, ARCHITECTURES.arm64)),
    debNext: await deb(folder, 'amd64', nextProgram(folder), '99.0.0'),
    lintian: tool('lintian'),
    chroot: without === undefined ? { path: '/' } : { missing: without },
    osslsigncode: needsTools('osslsigncode', 'openssl') ?? { path: 'osslsigncode' },
    softhsm: existsSync(SOFTHSM)
      ? { path: SOFTHSM }
      : missing(SOFTHSM, 'apt-get install softhsm2 libengine-pkcs11-openssl'),
  };
};

export const setup = async (project: TestProject): Promise<() => void> => {
  const folder = mkdtempSync(join(tmpdir(), 'remote-assist-packages-'));
  const packages = await buildAll(folder);
  for (const [name, made] of Object.entries(packages)) {
    if ('missing' in made) process.stdout.write(`Left out, with its tests: ${name}, since ${made.missing}\n`);
  }
  project.provide('packages', packages);
  return () => rmSync(folder, { recursive: true, force: true });
};
