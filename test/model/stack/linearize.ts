/**
 * Whether what several callers were told at once could have come from one after the other: a search for such an order
 * among few operations (J. M. Wing and C. Gong, "Testing and Verifying Concurrent Objects", 1993).
 */

/** What one caller did. `State` is the specification's; each operation is tried on copies of it. */
export type Operation<State> = {
  readonly name: string;
  readonly calledAt: number;
  /** Infinity where there was no answer that says how it ended: then it may have taken effect, or may later, or never. */
  readonly answeredAt: number;
  /** What the caller was told; nothing where nobody knows. */
  readonly outcome: string | undefined;
  /**
   * What it does, in parts that others may come between. Each changes the state, and answers where it is the last; one
   * that answers with several outcomes allows any of them.
   */
  readonly parts: readonly ((state: State) => string | readonly string[] | undefined)[];
};

type Progress<State> = { readonly operation: Operation<State>; readonly done: number };

const allows = (expected: string | readonly string[], outcome: string): boolean =>
  typeof expected === 'string' ? expected === outcome : expected.includes(outcome);

/** Those of which no other had its answer before they began; what was answered first, first, for so it was mostly done. */
const mayBeNext = <State>(open: readonly Progress<State>[]): readonly Progress<State>[] => {
  const firstAnswer = Math.min(...open.map(({ operation }) => operation.answeredAt));
  return open
    .filter(({ operation }) => operation.calledAt <= firstAnswer)
    .toSorted((a, b) => a.operation.answeredAt - b.operation.answeredAt);
};

/**
 * @param copy of a state, which nobody else changes
 * @returns the state after an order in which every answer is right; nothing where there is no such order
 */
export const linearize = <State>(
  state: State,
  operations: readonly Operation<State>[],
  copy: (state: State) => State,
): State | undefined => {
  const search = (before: State, open: readonly Progress<State>[]): State | undefined => {
    if (open.every(({ operation }) => operation.outcome === undefined)) return before;
    for (const chosen of mayBeNext(open)) {
      const { operation, done } = chosen;
      const after = copy(before);
      const answer = operation.parts[done]?.(after);
      const rest = open.filter((other) => other !== chosen);
      const isOver = answer !== undefined || done + 1 === operation.parts.length;
      if (isOver && operation.outcome !== undefined && !allows(answer ?? 'ok', operation.outcome)) continue;
      const found = search(after, isOver ? rest : [...rest, { operation, done: done + 1 }]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(
    state,
    operations.map((operation) => ({ operation, done: 0 })),
  );
};
