/** CloudFormation's intrinsic functions, evaluated against a scope that knows parameters, conditions and resources. */
import { StartError } from '../errors.ts';

export type Scope = {
  /** The value of a parameter, a pseudo parameter, or a resource's physical id. */
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): unknown;
};

/** What `{ "Ref": "AWS::NoValue" }` gives: the property that holds it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Evaluate = (argument: unknown, scope: Scope) => unknown;

const list = (value: unknown, name: string): unknown[] => {
  if (!Array.isArray(value)) throw new StartError(`${name} needs a list, and got ${JSON.stringify(value)}.`);
  return value;
};

const text = (value: unknown, name: string): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new StartError(`${name} needs a string, and got ${JSON.stringify(value)}.`);
};

const substitute: Evaluate = (argument, scope) => {
  const [template, own] = Array.isArray(argument) ? argument : [argument, {}];
  const values = resolveIntrinsics(own ?? {}, scope) as Record<string, unknown>;
  return text(template, 'Fn::Sub').replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(values, name)) return text(values[name], 'Fn::Sub');
    const dot = name.indexOf('.');
    if (dot < 0) return text(scope.ref(name), 'Fn::Sub');
    return text(scope.attribute(name.slice(0, dot), name.slice(dot + 1)), 'Fn::Sub');
  });
};

const attribute: Evaluate = (argument, scope) => {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    return scope.attribute(argument.slice(0, dot), argument.slice(dot + 1));
  }
  const [logicalId, name] = list(argument, 'Fn::GetAtt');
  return scope.attribute(text(logicalId, 'Fn::GetAtt'), text(resolveIntrinsics(name, scope), 'Fn::GetAtt'));
};

const resolved =
  (name: string, evaluate: (values: unknown[]) => unknown): Evaluate =>
  (argument, scope) =>
    evaluate(list(resolveIntrinsics(argument, scope), name));

const INTRINSICS: Readonly<Record<string, Evaluate>> = {
  Ref: (argument, scope) => {
    const name = text(argument, 'Ref');
    return name === 'AWS::NoValue' ? NO_VALUE : scope.ref(name);
  },
  Condition: (argument, scope) => scope.condition(text(argument, 'Condition')),
  'Fn::GetAtt': attribute,
  'Fn::Sub': substitute,
  'Fn::Join': resolved('Fn::Join', ([separator, values]) =>
    list(values, 'Fn::Join')
      .map((value) => text(value, 'Fn::Join'))
      .join(text(separator, 'Fn::Join')),
  ),
  'Fn::Select': resolved('Fn::Select', ([index, values]) => list(values, 'Fn::Select')[Number(index)]),
  'Fn::Split': resolved('Fn::Split', ([separator, value]) =>
    text(value, 'Fn::Split').split(text(separator, 'Fn::Split')),
  ),
  'Fn::Base64': (argument, scope) =>
    Buffer.from(text(resolveIntrinsics(argument, scope), 'Fn::Base64')).toString('base64'),
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = list(resolveIntrinsics(argument, scope), 'Fn::FindInMap');
    return scope.mapping(String(map), String(first), String(second));
  },
  // Only the branch that is taken is evaluated: the other may name a resource that the condition leaves out.
  'Fn::If': (argument, scope) => {
    const [condition, then, otherwise] = list(argument, 'Fn::If');
    return resolveIntrinsics(scope.condition(text(condition, 'Fn::If')) ? then : otherwise, scope);
  },
  'Fn::Equals': resolved('Fn::Equals', ([left, right]) => String(left) === String(right)),
  'Fn::And': resolved('Fn::And', (values) => values.every((value) => value === true)),
  'Fn::Or': resolved('Fn::Or', (values) => values.some((value) => value === true)),
  'Fn::Not': resolved('Fn::Not', ([value]) => value !== true),
};

/** Evaluates every intrinsic function within `value`. Throws `StartError` for one that the local stack does not know. */
export const resolveIntrinsics = (value: unknown, scope: Scope): unknown => {
  if (Array.isArray(value)) {
    return value.map((item) => resolveIntrinsics(item, scope)).filter((item) => item !== NO_VALUE);
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined) {
    const intrinsic = INTRINSICS[name];
    // `Condition` is also a plain member of IAM statements, where its value is an object.
    if (intrinsic && (name !== 'Condition' || typeof argument === 'string')) return intrinsic(argument, scope);
    if (name.startsWith('Fn::')) {
      throw new StartError(
        `The template uses ${name}, which the local stack does not know. Leave it out of the stack.`,
      );
    }
  }
  return Object.fromEntries(
    entries.map(([key, item]) => [key, resolveIntrinsics(item, scope)]).filter(([, item]) => item !== NO_VALUE),
  );
};
