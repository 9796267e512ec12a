/**
 * The agent's Windows package: made by wixl, and mended in its tables where wixl 0.101 leaves out or misplaces what Windows
 * Installer needs. Everything that wixl warns of is an error, since it goes on all the same.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { HOST_PROGRAM } from '../platform/native-host.ts';
import { bundleLicences } from './bundle.ts';
import { CannotBuild, MANUFACTURER, PRODUCT, ROOT } from './project.ts';
import { nodeLicence } from './runtime.ts';
import { runTool } from './tool.ts';
import { windowsVersion } from './windows-executable.ts';

const SOURCE = join(ROOT, 'agent/package/msi/agent.wxs');
const NAMESPACE = 'remote-assist agent, product code of version ';

/**
 * The same for each build of a version, so that installing it again repairs it, and two builds never stand beside each
 * other. An RFC 9562 UUID of version 8: made from a hash of ours.
 */
export const productCode = (version: string): string => {
  const bytes = createHash('sha256').update(`${NAMESPACE}${version}`).digest().subarray(0, 16);
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return bytes
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    .toUpperCase();
};

/** Windows Installer looks at three numbers, of which the first two fit a byte. */
const installerVersion = (version: string): string => {
  const [major, minor, patch] = windowsVersion(version);
  if (major > 255 || minor > 255 || patch > 65_535)
    throw new CannotBuild(`Windows Installer takes no version ${version}.`);
  return `${major}.${minor}.${patch}`;
};

/** In the words of Windows Installer's SQL. */
const mendings = (version: string): string[] => {
  const fileVersion = windowsVersion(version).join('.');
  const programs = `WHERE \`File\`='AgentExe' OR \`File\`='HostExe'`;
  return [
    // Without a version a file of an installed version wins over this one, and is then removed with its product.
    `UPDATE \`File\` SET \`Version\`='${fileVersion}', \`Language\`='1033' ${programs}`,
    // The old version goes first, within the same transaction.
    "UPDATE `InstallExecuteSequence` SET `Sequence`=1501 WHERE `Action`='RemoveExistingProducts'",
    // wixl puts it behind the end of the installation, where nothing deferred may stand.
    "UPDATE `InstallExecuteSequence` SET `Sequence`=2001 WHERE `Action`='Purge'",
    // Its command line has the token, which would stand in the log: bit 13 hides it.
    "UPDATE `CustomAction` SET `Type`=11282 WHERE `Action`='Provision'",
    // What whoever starts it may hand on to the installer's own process.
    "UPDATE `Property` SET `Value`='WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED;PROVISION;API;TOKEN;PURGE' WHERE `Property`='SecureCustomProperties'",
    // An expandable string, which wixl writes as a plain one. That program has messages that are their own text.
    "UPDATE `Registry` SET `Value`='#%%SystemRoot%\\System32\\EventCreate.exe' WHERE `Registry`='EventMessages'",
    // A name that is no 8.3 name needs one beside it.
    "UPDATE `File` SET `FileName`='RAAGENT.EXE|remote-assist-agent.exe' WHERE `File`='AgentExe'",
    "UPDATE `File` SET `FileName`='RAHOST.EXE|remote-assist-host.exe' WHERE `File`='HostExe'",
    "UPDATE `Directory` SET `DefaultDir`='REMASSI|Remote Assist' WHERE `Directory`='INSTALLDIR'",
    "UPDATE `Shortcut` SET `Name`='GETHELP|Get help' WHERE `Shortcut`='GetHelp'",
  ];
};

/**
 * @param folder holds the agent's executable and the native host, signed where they are to be
 * @param version another one than the executables', for a test of upgrades
 */
export const buildMsi = async (folder: string, output: string, version: string): Promise<void> => {
  const scratch = mkdtempSync(join(tmpdir(), 'remote-assist-msi-'));
  try {
    for (const name of ['remote-assist-agent.exe', HOST_PROGRAM]) copyFileSync(join(folder, name), join(scratch, name));
    writeFileSync(
      join(scratch, 'LICENCES.txt'),
      (await bundleLicences({ own: true, node: await nodeLicence() })).replace(/\n/g, '\r\n'),
    );
    copyFileSync(SOURCE, join(scratch, 'agent.wxs'));
    const values = {
      Version: installerVersion(version),
      ProductCode: productCode(version),
      Product: PRODUCT,
      Manufacturer: MANUFACTURER,
    };
    const defines = Object.entries(values).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
    const made = join(scratch, 'agent.msi');
    runTool('wixl', ['--arch', 'x64', ...defines, '--output', made, 'agent.wxs'], { cwd: scratch, quiet: true });
    for (const sql of mendings(version)) runTool('msibuild', [made, '-q', sql], { quiet: true });
    mkdirSync(dirname(resolve(output)), { recursive: true });
    copyFileSync(made, `${output}.new`);
    renameSync(`${output}.new`, output);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};
