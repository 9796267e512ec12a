/** A statement's `Condition`: every operator and every key in it must hold. */
import { StartError } from '../errors.ts';
import type { Context } from './access.ts';
import { arnPattern, likePattern } from './pattern.ts';

/** Whether a request's value fits a policy's. */
type Comparison = (wanted: string) => (value: string) => boolean;

const exact: Comparison = (wanted) => (value) => value === wanted;
const ignoringCase: Comparison = (wanted) => (value) => value.toLowerCase() === wanted.toLowerCase();
const like: Comparison = (wanted) => likePattern(wanted).matches;
const arnLike: Comparison = (wanted) => arnPattern(wanted).matches;
const numeric =
  (holds: (value: number, wanted: number) => boolean): Comparison =>
  (wanted) =>
  (value) =>
    holds(Number(value), Number(wanted));

type Operator = { compare: Comparison; negated?: true };

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { compare: exact },
  StringNotEquals: { compare: exact, negated: true },
  StringEqualsIgnoreCase: { compare: ignoringCase },
  StringNotEqualsIgnoreCase: { compare: ignoringCase, negated: true },
  StringLike: { compare: like },
  StringNotLike: { compare: like, negated: true },
  ArnEquals: { compare: arnLike },
  ArnLike: { compare: arnLike },
  ArnNotEquals: { compare: arnLike, negated: true },
  ArnNotLike: { compare: arnLike, negated: true },
  Bool: { compare: ignoringCase },
  NumericEquals: { compare: numeric((value, wanted) => value === wanted) },
  NumericNotEquals: { compare: numeric((value, wanted) => value === wanted), negated: true },
  NumericLessThan: { compare: numeric((value, wanted) => value < wanted) },
  NumericLessThanEquals: { compare: numeric((value, wanted) => value <= wanted) },
  NumericGreaterThan: { compare: numeric((value, wanted) => value > wanted) },
  NumericGreaterThanEquals: { compare: numeric((value, wanted) => value >= wanted) },
};

/**
 * The keys that the requests made here have, or rightly do not have. A condition on any other would be decided without
 * its value, so a policy with one is refused. KMS is not called here: what is said of it is said of nothing.
 */
const KNOWN_KEYS =
  /^(aws:(securetransport|principalarn|principalaccount|principaltype|requestedregion|sourcearn|sourceaccount|tagkeys|requesttag\/.+)|dynamodb:(leadingkeys|enclosingoperation)|events:(source|detail-type)|secretsmanager:secretid|kms:.+)$/;

export type Condition = (context: Context) => boolean;

const compileKey = (written: string, operator: Operator, key: string, wanted: readonly string[]): Condition => {
  const [, set, , ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(written) ?? [];
  const comparisons = wanted.map(operator.compare);
  const holds = (value: string): boolean => comparisons.some((fits) => fits(value)) !== (operator.negated ?? false);
  return (context) => {
    const values = context(key);
    if (values === undefined) return ifExists !== undefined || set === 'ForAllValues' || (!set && !!operator.negated);
    return set === 'ForAllValues' ? values.every(holds) : values.some(holds);
  };
};

/** Makes a condition that can be asked. Throws `StartError` for an operator or a key that is not known here. */
export const compileCondition = (
  condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  where: string,
): Condition => {
  const conditions = Object.entries(condition).flatMap(([written, keys]) =>
    Object.entries(keys).map(([name, wanted]): Condition => {
      const key = name.toLowerCase();
      if (!KNOWN_KEYS.test(key))
        throw new StartError(`The local stack does not know the condition key ${name} (${where}).`);
      if (written === 'Null') return (context) => wanted.includes(String(context(key) === undefined));
      const operator = OPERATORS[written.replace(/^(ForAllValues|ForAnyValue):/, '').replace(/IfExists$/, '')];
      if (!operator) throw new StartError(`The local stack does not know the condition ${written} (${where}).`);
      return compileKey(written, operator, key, wanted);
    }),
  );
  return (context) => conditions.every((holds) => holds(context));
};
