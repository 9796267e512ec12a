/** The licences of what is bundled with the agent: its own, those of npm packages, and Node's where that goes along. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { CannotBuild, PRODUCT, ROOT, VERSION } from './project.ts';

type Licence = { readonly of: string; readonly text: string };

const FILE = /^licen[cs]e(\.(md|txt))?$/i;

/** @throws CannotBuild where there is none: what may not be told of may not be given away */
const licenceIn = (folder: string, of: string): Licence => {
  const file = existsSync(folder) ? readdirSync(folder).find((name) => FILE.test(name)) : undefined;
  if (file === undefined) throw new CannotBuild(`${of} has no licence in ${folder}, so it cannot be given away.`);
  return { of, text: readFileSync(join(folder, file), 'utf8').trim() };
};

/** `node_modules/a/node_modules/@b/c/d.js` is of the package in `node_modules/a/node_modules/@b/c`. */
const packageFolder = (input: string): string | undefined => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];

const packagesIn = ({ inputs }: Metafile): Licence[] => {
  const folders = new Set(Object.keys(inputs).flatMap((input) => packageFolder(input) ?? []));
  return [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    return licenceIn(join(ROOT, folder), `${name} ${version}`);
  });
};

export type Holds = {
  /** The agent itself. */
  own: boolean;
  /** Node, whose licence lies there. */
  node?: string;
};

export const licencesOf = (metafile: Metafile, { own, node }: Holds): string => {
  const licences = [
    ...(own ? [licenceIn(ROOT, `${PRODUCT} ${VERSION}`)] : []),
    ...packagesIn(metafile),
    ...(node === undefined ? [] : [licenceIn(dirname(node), 'Node.js')]),
  ];
  return licences.map(({ of, text }) => `${of}\n\n${text}\n`).join('\n---\n\n');
};

/** A comment that no text can end. */
export const asComment = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => `// ${line}`.trimEnd())
    .join('\n');
