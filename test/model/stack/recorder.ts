/** Notes what callers do at once, when each call began and ended, and what each was told. */
import { ApiError } from '../../../lib/api/client.ts';
import { differ } from '../difference.ts';
import { linearize, type Operation } from './linearize.ts';

export type Part<State> = Operation<State>['parts'][number];

export type Told<Answer> = { outcome: string | undefined; answer: Answer | undefined };

/** A failure of ours may have come before or after the call took effect; a provider's is an answer. */
const outcomeOf = (error: unknown): string | undefined => {
  if (!(error instanceof ApiError)) return undefined;
  const code = error.problem?.code;
  if (error.status >= 500 && code !== 'connector_failed') return undefined;
  return code ?? `HTTP ${error.status}`;
};

/** How often each kind of call was answered with what. */
export type Tally = Map<string, number>;

const withoutIds = (name: string): string => name.replace(/ [a-z]+_\w+/g, '');

export class Recorder<State extends { copy(): State }> {
  readonly #tally: Tally;
  #operations: Operation<State>[] = [];
  #unanswered = 0;

  /** @param tally to which each call is added */
  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** @param parts what the specification does; may look at the answer, which is there when they are asked */
  async call<Answer>(
    name: string,
    parts: readonly Part<State>[] | ((told: Told<Answer>) => readonly Part<State>[]),
    make: () => Promise<Answer>,
  ): Promise<Told<Answer>> {
    const calledAt = performance.now();
    let told: Told<Answer>;
    try {
      told = { outcome: 'ok', answer: await make() };
    } catch (error) {
      told = { outcome: outcomeOf(error), answer: undefined };
    }
    const answeredAt = told.outcome === undefined ? Number.POSITIVE_INFINITY : performance.now();
    const { outcome } = told;
    if (outcome === undefined) this.#unanswered += 1;
    const kind = `${withoutIds(name)}: ${outcome ?? 'no answer'}`;
    this.#tally.set(kind, (this.#tally.get(kind) ?? 0) + 1);
    this.#operations.push({
      name,
      calledAt,
      answeredAt,
      outcome,
      parts: typeof parts === 'function' ? parts(told) : parts,
    });
    return told;
  }

  /** What may happen beside a call, for as long as nobody has read the opposite. */
  perhaps(name: string, parts: readonly Part<State>[]): void {
    const unknown = { calledAt: performance.now(), answeredAt: Number.POSITIVE_INFINITY, outcome: undefined };
    this.#operations.push({ name, ...unknown, parts });
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  get count(): number {
    return this.#operations.length;
  }

  /**
   * Forgets what it noted.
   * @returns the state after it
   * @throws Difference where the answers are of no order
   */
  judge(what: string, before: State): State {
    const operations = this.#operations;
    this.#operations = [];
    this.#unanswered = 0;
    const after = linearize(before, operations, (state) => state.copy());
    if (after) return after;
    const told = operations
      .toSorted((a, b) => a.calledAt - b.calledAt)
      .map(
        ({ name, calledAt, answeredAt, outcome = 'no answer' }) =>
          `  ${calledAt.toFixed(1)} to ${answeredAt.toFixed(1)}: ${name}: ${outcome}`,
      );
    return differ(`${what}: what callers were told is of no order\n${told.join('\n')}`);
  }
}
