/** How the demo tells its story: numbered steps, what came of each, and sparks of life while something takes long. */
const MARGIN = '     ';

let steps = 0;

export const step = (title: string): void => {
  steps += 1;
  process.stdout.write(`\n${String(steps).padStart(2)}.  ${title}\n`);
};

/** Each line of what came of a step. */
export const say = (text: string): void => {
  for (const line of text.trimEnd().split('\n')) process.stdout.write(`${MARGIN}${line}\n`);
};

const TICK_MS = 1000;

/** Shows that something is under way, with a dot each second. */
export const underWay = async <T>(what: string, work: Promise<T>): Promise<T> => {
  process.stdout.write(`${what} `);
  const ticking = setInterval(() => process.stdout.write('.'), TICK_MS);
  try {
    return await work;
  } finally {
    clearInterval(ticking);
    process.stdout.write('\n');
  }
};
