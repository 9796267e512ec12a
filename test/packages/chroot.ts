/**
 * This machine's own system as a chroot: what is written there goes to a folder of the test's and is thrown away, so that a
 * package is installed as it would be here, without a network and without touching anything. Needs root and Linux.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Mounts are seen by the command alone, and end with it. */
const ENTER = `mount -t overlay overlay -o lowerdir=/,upperdir="$1/upper",workdir="$1/work" "$1/root" &&
mount -t proc proc "$1/root/proc" && mount --bind /dev "$1/root/dev" && exec chroot "$1/root" /bin/sh -c "$2"`;

export class Chroot {
  readonly #folder = mkdtempSync(join(tmpdir(), 'remote-assist-chroot-'));

  constructor() {
    for (const name of ['upper', 'work', 'root']) mkdirSync(join(this.#folder, name));
  }

  /** Puts a file there beforehand. */
  write(path: string, text: string, mode = 0o644): void {
    const file = join(this.#folder, 'upper', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode);
  }

  copy(from: string, path: string): void {
    copyFileSync(from, join(this.#folder, 'upper', path));
  }

  /** @returns what the shell's commands printed @throws with all of it when one fails */
  run(commands: string): string {
    const args = ['--mount', 'sh', '-c', ENTER, 'sh', this.#folder, `set -e\n${commands}`];
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
    const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8', env });
    if (status !== 0) throw new Error(`${commands}\nended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Why there can be none here. */
export const noChroot = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'a chroot needs root';
  const chroot = new Chroot();
  try {
    chroot.run('command -v dpkg apt-get deb-systemd-helper');
    return undefined;
  } catch (error) {
    return `no chroot with dpkg: ${(error as Error).message}`;
  } finally {
    chroot.remove();
  }
};

/** What a program is, as its own headers say. */
export const headersOf = (elf: string): string => execFileSync('readelf', ['-hS', '-W', elf], { encoding: 'utf8' });
