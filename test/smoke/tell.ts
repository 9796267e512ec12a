/** How the smoke test tells what it does: a line for each step, with how long it took and what came of it. */

export type Write = (text: string) => void;

/** Does one thing that has a name; `work` returns what is worth telling of it, if anything. */
export type Step = (name: string, work: () => Promise<string | undefined>) => Promise<void>;

const WIDTH = 62;

export const createSteps = (write: Write): Step => {
  let number = 0;
  return async (name, work) => {
    number += 1;
    const startedAt = performance.now();
    const tell = (verdict: string, detail?: string): void => {
      const took = `${((performance.now() - startedAt) / 1000).toFixed(2)} s`;
      write(
        `${String(number).padStart(2)}  ${name.padEnd(WIDTH)} ${took.padStart(8)}  ${verdict}${detail ? `  ${detail}` : ''}\n`,
      );
    };
    try {
      tell('ok', await work());
    } catch (error) {
      tell('FAILED');
      throw error;
    }
  };
};
