/** What the documentation shows to be typed or copied: fenced blocks, and commands within a line. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** `where` is the file and line, as an editor opens it. */
export type Block = { readonly where: string; readonly language: string; readonly text: string };

export type Document = {
  readonly file: string;
  readonly blocks: readonly Block[];
  /** Such as `npm run bench`, in the middle of a sentence. */
  readonly mentions: readonly Block[];
};

const FENCE = /^```(.*)\n([\s\S]*?)^```$/gm;
const MENTION = /`((?:npm|npx|node|aws|curl) [^`\n]+)`/g;

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

const readDocument = (file: string): Document => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const find = (pattern: RegExp, from: string) =>
    [...from.matchAll(pattern)].map((match) => ({ match, where: `${file}:${lineOf(from, match.index)}` }));
  const blocks = find(FENCE, text).map(({ match, where }) => ({
    where,
    language: match[1]?.trim() ?? '',
    text: match[2] ?? '',
  }));
  // Blank where blocks stand, so that the lines are still counted right.
  const prose = text.replace(FENCE, (block) => block.replace(/[^\n]/g, ' '));
  const mentions = find(MENTION, prose).map(({ match, where }) => ({ where, language: 'sh', text: match[1] ?? '' }));
  return { file, blocks, mentions };
};

/** README, `docs/` and the agent's page. */
export const documents = (): Document[] =>
  ['README.md', 'agent/README.md', ...globSync('docs/**/*.md', { cwd: ROOT }).sort()].map(readDocument);
