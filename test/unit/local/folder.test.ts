import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, makePrivateFolder } from '../../../local/folder.ts';

const root = mkdtempSync(join(tmpdir(), 'folder-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('a folder', () => {
  it('is made with those above it, once', () => {
    const path = join(root, 'a', 'b', 'c');
    makeFolder(path);
    makeFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('of our data is for its account alone, also where an older version made it for all', () => {
    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
    const path = join(root, 'data');
    makePrivateFolder(path, () => false);
    expect(modeOf(path)).toBe('700');
    chmodSync(path, 0o755);
    makePrivateFolder(path, () => false);
    expect(modeOf(path)).toBe('755');
    makePrivateFolder(path, () => true);
    expect(modeOf(path)).toBe('700');
  });

  it('is refused where none can be made', () => {
    writeFileSync(join(root, 'file'), '');
    for (const path of [join(root, 'file'), join(root, 'file', 'x'), '/proc/x', '/proc/x/y']) {
      expect(() => makeFolder(path), path).toThrow();
    }
  });
});
