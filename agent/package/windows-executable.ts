/**
 * Makes a Windows executable out of Node's: with the agent in it as a resource, and with a version of its own, since Windows
 * Installer replaces a file only by one with a higher version. Node's signature goes, as it would not fit any more.
 */
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { CannotBuild, MANUFACTURER, PRODUCT, VERSION } from './project.ts';

/** Resource type RT_RCDATA. */
const RAW = 10;
/** English (United States), in UTF-16. */
const LANGUAGE = { lang: 1033, codepage: 1200 };

/** The four numbers that Windows has for a version. */
export const windowsVersion = (version: string): [number, number, number, number] => {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)(?:[-+]|$)/.exec(version) ?? [];
  if (major === undefined) throw new CannotBuild(`Windows takes no version such as ${version}.`);
  return [Number(major), Number(minor), Number(patch), 0];
};

const versionInfo = (entries: NtExecutableResource['entries']): Resource.VersionInfo => {
  const [info] = Resource.VersionInfo.fromEntries(entries);
  if (!info) throw new CannotBuild('The runtime has no version resource.');
  const [major, minor, patch, build] = windowsVersion(VERSION);
  info.setFileVersion(major, minor, patch, build, LANGUAGE.lang);
  info.setProductVersion(major, minor, patch, build, LANGUAGE.lang);
  info.setStringValues(LANGUAGE, {
    FileDescription: PRODUCT,
    ProductName: PRODUCT,
    CompanyName: MANUFACTURER,
    InternalName: 'remote-assist-agent',
    OriginalFilename: 'remote-assist-agent.exe',
    LegalCopyright: `${MANUFACTURER} and Node.js contributors`,
  });
  return info;
};

/** Node looks for the resource only where the digit behind this text is a one. */
const setFuse = (program: Buffer, fuse: string): void => {
  const at = program.indexOf(`${fuse}:0`, 0, 'latin1');
  if (at < 0 || program.indexOf(fuse, at + 1, 'latin1') >= 0) {
    throw new CannotBuild('The runtime does not have the one fuse that single executables need.');
  }
  program.write('1', at + fuse.length + 1, 'latin1');
};

/** @throws CannotBuild */
export const windowsExecutable = (
  runtime: Buffer,
  resource: { name: string; content: Buffer },
  fuse: string,
): Buffer => {
  const program = NtExecutable.from(runtime, { ignoreCert: true });
  const resources = NtExecutableResource.from(program);
  versionInfo(resources.entries).outputToResourceEntries(resources.entries);
  const { name, content } = resource;
  // A copy: the buffer of a small file may be part of a larger one.
  resources.entries.push({ type: RAW, id: name, ...LANGUAGE, bin: new Uint8Array(content).buffer });
  resources.outputResource(program);
  const made = Buffer.from(program.generate());
  setFuse(made, fuse);
  return made;
};
