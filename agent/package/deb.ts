/**
 * The agent's Debian package: its own executable, since no Debian has the Node that it needs, and a unit. Made by `dpkg-deb`
 * alone, of a tree that is the same for each build of a version.
 */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { UNIT_NAME, unit } from '../install/unit.ts';
import { bundleLicences } from './bundle.ts';
import { ROOT } from './project.ts';
import { nodeLicence } from './runtime.ts';
import type { TargetName } from './targets.ts';
import { runTool } from './tool.ts';

const SOURCES = join(ROOT, 'agent/package/deb');
const NAME = 'remote-assist-agent';
const PROGRAM = `/usr/lib/remote-assist/${NAME}`;

/** Whoever distributes the package says who they are, as Debian's own tools are told. */
const maintainer = ({ DEBFULLNAME, DEBEMAIL } = process.env): string =>
  DEBEMAIL ? `${DEBFULLNAME ?? DEBEMAIL} <${DEBEMAIL}>` : 'remote-assist <remote-assist@localhost>';

export const ARCHITECTURES = { amd64: 'linux-x64', arm64: 'linux-arm64' } as const satisfies Record<string, TargetName>;
export type Architecture = keyof typeof ARCHITECTURES;

/** A version before another sorts before it. */
export const debianVersion = (version: string): string => version.replace('-', '~');

/** The state directory is the agent's usual one, and is not named: that is what tells the PC's own device from a trial. */
const UNIT = unit(`${PROGRAM} run --log-file /var/log/remote-assist/agent.log`, [
  'StateDirectory=remote-assist',
  'StateDirectoryMode=0700',
  'LogsDirectory=remote-assist',
  'LogsDirectoryMode=0700',
  '# For a proxy, for one.',
  'EnvironmentFile=-/etc/default/remote-assist-agent',
]);

const control = (architecture: Architecture, version: string, installedKb: number): string => `Package: ${NAME}
Version: ${debianVersion(version)}
Architecture: ${architecture}
Maintainer: ${maintainer()}
Installed-Size: ${installedKb}
Pre-Depends: init-system-helpers (>= 1.54~)
Depends: libc6 (>= 2.28), libgcc-s1 (>= 3.4), libstdc++6 (>= 5)
Recommends: ca-certificates, systemd
Suggests: zenity | kdialog
Section: admin
Priority: optional
Description: remote assistance and remote restart for a managed PC
 A person at this PC asks for help, is asked whether an admin may connect,
 and sees that somebody is connected for as long as that lasts. A restart
 that an admin ordered is announced, may be put off where the order allows
 it, and is proved to the server once the PC is back.
 .
 The agent polls a remote-assist server. It needs an enrolment token.
`;

const changelog = (version: string): string => `${NAME} (${debianVersion(version)}) unstable; urgency=medium

  * See the project's history.

 -- ${maintainer()}  Thu, 01 Jan 2026 00:00:00 +0000
`;

/** Why what lintian says of a program that carries its own runtime is as it is to be. */
const OVERRIDES = `# Node is one executable with its libraries in it, of the version that the agent is tested with; its makers build it so.
${NAME}: embedded-library
${NAME}: hardening-no-pie
# Its licence is carried whole, with those of its libraries.
${NAME}: copyright-file-contains-full-apache-2-license
${NAME}: old-fsf-address-in-copyright-file
# Whoever distributes the package sets DEBFULLNAME and DEBEMAIL when it is built.
${NAME}: bogus-mail-host
${NAME}: bogus-mail-host-in-debian-changelog
`;

const copyright =
  async (): Promise<string> => `The agent is a part of remote-assist, under the Apache License 2.0; on Debian systems that licence is in
/usr/share/common-licenses/Apache-2.0. Its executable holds Node.js and what is named below, each under its own licence.

${await bundleLicences({ own: false, node: await nodeLicence() })}`;

type File = { path: string; content: string | Buffer; mode?: number };

const filesFor = async (version: string): Promise<File[]> => {
  const doc = `/usr/share/doc/${NAME}`;
  const gzip = (text: string | Buffer) => gzipSync(text, { level: 9 });
  return [
    { path: `/usr/lib/systemd/system/${UNIT_NAME}`, content: UNIT },
    { path: `/usr/share/man/man1/${NAME}.1.gz`, content: gzip(readFileSync(join(SOURCES, `${NAME}.1`))) },
    { path: `${doc}/changelog.gz`, content: gzip(changelog(version)) },
    { path: `${doc}/copyright`, content: await copyright() },
    { path: `/usr/share/lintian/overrides/${NAME}`, content: OVERRIDES },
  ];
};

const scripts = (): File[] =>
  ['postinst', 'prerm', 'postrm'].map((name) => ({
    path: `/DEBIAN/${name}`,
    content: readFileSync(join(SOURCES, name)),
    mode: 0o755,
  }));

export type DebOptions = {
  architecture: Architecture;
  /** The agent's executable for that architecture. */
  executable: string;
  output: string;
  version: string;
  /** How `dpkg-deb` packs: a smaller file, or one that is made quickly. */
  compression: readonly string[];
};

/** A third smaller than `gzip`, and read by every Debian. */
export const SMALL = ['-Zxz', '-z3'];
export const QUICK = ['-Zgzip', '-z1'];

export const buildDeb = async (options: DebOptions): Promise<void> => {
  const { architecture, executable, output, version, compression } = options;
  const tree = mkdtempSync(join(tmpdir(), 'remote-assist-deb-'));
  const write = ({ path, content, mode = 0o644 }: File): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true, mode: 0o755 });
    writeFileSync(join(tree, path), content, { mode });
  };
  try {
    for (const file of [...(await filesFor(version)), ...scripts()]) write(file);
    mkdirSync(dirname(join(tree, PROGRAM)), { recursive: true });
    copyFileSync(executable, join(tree, PROGRAM));
    mkdirSync(join(tree, 'usr/bin'));
    symlinkSync(`../lib/remote-assist/${NAME}`, join(tree, `usr/bin/${NAME}`));
    // Whatever this process's mask took away.
    runTool('chmod', ['-R', 'u+rwX,go+rX,go-w', tree]);
    const installedKb = Number(runTool('du', ['-sk', '--exclude=DEBIAN', tree]).split('\t')[0]);
    write({ path: '/DEBIAN/control', content: control(architecture, version, installedKb) });
    mkdirSync(dirname(output), { recursive: true });
    runTool('dpkg-deb', ['--root-owner-group', ...compression, '--build', tree, `${output}.new`]);
    renameSync(`${output}.new`, output);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
};
