/** The comparison operators of event patterns: each is parsed once, when the stack starts, into a test of one value. */
import { BlockList, isIP } from 'node:net';
import { StartError } from '../errors.ts';

export type Test = (value: unknown) => boolean;

/** Which service reads the pattern: event source mappings know fewer operators than rules. */
export type Dialect = 'events' | 'lambda';

const textTest = (operand: unknown, where: string, build: (text: string) => (value: string) => boolean): Test => {
  if (typeof operand === 'string') {
    const test = build(operand);
    return (value) => typeof value === 'string' && test(value);
  }
  if (operand !== null && typeof operand === 'object' && 'equals-ignore-case' in operand) {
    const test = build(String(operand['equals-ignore-case']).toLowerCase());
    return (value) => typeof value === 'string' && test(value.toLowerCase());
  }
  throw new StartError(`${where} needs a string, and has ${JSON.stringify(operand)}.`);
};

const wildcard = (operand: unknown, where: string): Test => {
  if (typeof operand !== 'string') throw new StartError(`${where}: wildcard needs a string.`);
  // `\*` is a star, `\\` a backslash; every other `*` stands for any run of characters.
  const source = operand.replace(/\\([*\\])|\*|[.*+?^${}()|[\]\\]/g, (match, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    return match === '*' ? '.*' : `\\${match}`;
  });
  const expression = new RegExp(`^${source}$`, 's');
  return (value) => typeof value === 'string' && expression.test(value);
};

const NUMERIC: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

const numeric = (operand: unknown, where: string): Test => {
  const parts = Array.isArray(operand) ? operand : [];
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const compare = NUMERIC[String(parts[index])];
    const bound = parts[index + 1];
    if (!compare || typeof bound !== 'number') throw new StartError(`${where}: numeric is ${JSON.stringify(operand)}.`);
    tests.push((value) => compare(value, bound));
  }
  if (tests.length === 0 || tests.length > 2) throw new StartError(`${where}: numeric needs one or two comparisons.`);
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
};

const cidr = (operand: unknown, where: string): Test => {
  const [address = '', bits] = String(operand).split('/');
  const version = isIP(address);
  if (version === 0 || bits === undefined) throw new StartError(`${where}: cidr is ${JSON.stringify(operand)}.`);
  const family = version === 6 ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family);
  return (value) => typeof value === 'string' && isIP(value) === version && block.check(value, family);
};

const equals =
  (operand: unknown): Test =>
  (value) =>
    value === operand;

/** `anything-but` takes one value, a list, or one of the text operators with one value or a list of them. */
const anythingBut = (operand: unknown, where: string, dialect: Dialect): Test => {
  const excluded = [operand].flat().map((item): Test => {
    if (item === null || typeof item !== 'object') return equals(item);
    const [name = '', value] = Object.entries(item)[0] ?? [];
    const allowed = dialect === 'lambda' ? ['prefix'] : ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'];
    if (!allowed.includes(name)) throw new StartError(`${where}: anything-but does not know ${name}.`);
    const tests = [value].flat().map((one) => parseComparison({ [name]: one }, where, dialect));
    return (candidate) => tests.some((test) => test(candidate));
  });
  return (value) => value !== undefined && !excluded.some((test) => test(value));
};

const OPERATORS: Readonly<Record<string, (operand: unknown, where: string, dialect: Dialect) => Test>> = {
  prefix: (operand, where) => textTest(operand, where, (text) => (value) => value.startsWith(text)),
  suffix: (operand, where) => textTest(operand, where, (text) => (value) => value.endsWith(text)),
  'equals-ignore-case': (operand, where) =>
    textTest(operand, where, (text) => (value) => value.toLowerCase() === text.toLowerCase()),
  numeric,
  'anything-but': anythingBut,
  exists: (operand) => (value) => (value !== undefined) === (operand === true),
  wildcard,
  cidr,
};
const RULES_ONLY: readonly string[] = ['wildcard', 'cidr'];

/** Reads one member of a pattern's list. `where` names the pattern in the error for an operator that is not known. */
export const parseComparison = (comparison: unknown, where: string, dialect: Dialect): Test => {
  if (comparison === null || typeof comparison !== 'object') return equals(comparison);
  const entries = Object.entries(comparison);
  const [name = '', operand] = entries[0] ?? [];
  const operator = dialect === 'lambda' && RULES_ONLY.includes(name) ? undefined : OPERATORS[name];
  if (!operator || entries.length !== 1) {
    throw new StartError(
      `${where} compares with ${JSON.stringify(comparison)}: ${dialect === 'lambda' ? 'event source mappings know' : 'the local stack knows'} ` +
        `${Object.keys(OPERATORS)
          .filter((known) => dialect === 'events' || !RULES_ONLY.includes(known))
          .join(', ')}.`,
    );
  }
  return operator(operand, where, dialect);
};
