/**
 * The part of DynamoDB's expression language that the adapters use, over plain items. Strict as DynamoDB is: what it
 * does not know, a name or value that is not given, and one that is given and not used, are errors.
 */
import type { Item } from '../../../lib/aws/items.ts';

export class ValidationException extends Error {
  override readonly name = 'ValidationException';
}

const refuse = (why: string): never => {
  throw new ValidationException(why);
};

/** Some of the words that an expression may only use as `#name` (there are 573). */
const RESERVED =
  /^(name|state|ttl|type|status|timestamp|value|values|count|counter|key|keys|list|time|date|user|role|token|year|zone)$/i;

type Names = Readonly<Record<string, string>> | undefined;
type Values = Readonly<Record<string, unknown>> | undefined;

const TOKEN = /\s*(:\w+|#?\w+(?:\[\d+\])?(?:\.#?\w+)*|<=|>=|<>|[=<>(),])/y;

const tokensOf = (expression: string): string[] => {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const [, token] = TOKEN.exec(expression) ?? refuse(`cannot read ${expression.slice(at)}`);
    tokens.push(token ?? '');
  }
  return tokens;
};

/** Text as its UTF-8 bytes, numbers as numbers; what is of two kinds compares with nothing. */
export const compare = (a: unknown, b: unknown): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number.NaN;
};

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const COMPARISONS: Record<string, (a: unknown, b: unknown) => boolean> = {
  '=': isSame,
  '<>': (a, b) => !isSame(a, b),
  '<': (a, b) => compare(a, b) < 0,
  '<=': (a, b) => compare(a, b) <= 0,
  '>': (a, b) => compare(a, b) > 0,
  '>=': (a, b) => compare(a, b) >= 0,
};

/** The expressions of one request, which share their names and values. */
export class Expressions {
  private readonly used = new Set<string>();
  private tokens: string[] = [];
  private at = 0;

  private readonly names: Names;
  private readonly values: Values;

  constructor(names: Names, values: Values) {
    this.names = names;
    this.values = values;
  }

  /** @throws ValidationException for names and values that no expression used */
  close(): void {
    const given = [...Object.keys(this.names ?? {}), ...Object.keys(this.values ?? {})];
    const unused = given.filter((name) => !this.used.has(name));
    if (unused.length > 0) refuse(`not used in any expression: ${unused}`);
  }

  holds(condition: string, item: Item | undefined): boolean {
    this.tokens = tokensOf(condition);
    this.at = 0;
    const result = this.or(item ?? {});
    if (this.at < this.tokens.length) refuse(`cannot read ${this.tokens.slice(this.at)}`);
    return result;
  }

  /** @returns the item after `SET a = :b, c = :d REMOVE e, f[0] ADD g :h` */
  update(expression: string, item: Item): Item {
    const after: Item = structuredClone(item);
    this.tokens = tokensOf(expression);
    this.at = 0;
    while (this.at < this.tokens.length) this.clause(after);
    return after;
  }

  private clause(item: Item): void {
    const kind = this.next();
    do {
      const [path = '', index] = this.path();
      if (kind === 'REMOVE' && index !== undefined) (item[path] as unknown[] | undefined)?.splice(Number(index), 1);
      else if (kind === 'REMOVE') delete item[path];
      else if (kind === 'SET') {
        this.expect('=');
        item[path] = this.value(item);
      } else if (kind === 'ADD') item[path] = Number(item[path] ?? 0) + Number(this.value(item));
      else refuse(`${kind} is no clause`);
    } while (this.take(','));
  }

  private or(item: Item): boolean {
    let result = this.and(item);
    while (this.take('OR')) result = this.and(item) || result;
    return result;
  }

  private and(item: Item): boolean {
    let result = this.primary(item);
    while (this.take('AND')) result = this.primary(item) && result;
    return result;
  }

  private primary(item: Item): boolean {
    if (this.take('NOT')) return !this.primary(item);
    if (this.take('(')) {
      const result = this.or(item);
      this.expect(')');
      return result;
    }
    if (this.take('attribute_exists')) return this.argument(item) !== undefined;
    if (this.take('attribute_not_exists')) return this.argument(item) === undefined;
    if (this.take('begins_with')) {
      this.expect('(');
      const text = this.value(item);
      this.expect(',');
      const prefix = this.value(item);
      this.expect(')');
      return typeof text === 'string' && text.startsWith(String(prefix));
    }
    const left = this.value(item);
    if (this.take('BETWEEN')) {
      const from = this.value(item);
      this.expect('AND');
      const to = this.value(item);
      if (compare(from, to) > 0) refuse('BETWEEN: the upper bound must not be less than the lower bound');
      return compare(left, from) >= 0 && compare(left, to) <= 0;
    }
    const operator = this.next();
    const right = this.value(item);
    if (left === undefined || right === undefined) return false;
    return (COMPARISONS[operator] ?? refuse(`${operator} is no operator`))(left, right);
  }

  private argument(item: Item): unknown {
    this.expect('(');
    const value = this.value(item);
    this.expect(')');
    return value;
  }

  private arguments(item: Item): [unknown, unknown] {
    this.expect('(');
    const first = this.value(item);
    this.expect(',');
    const second = this.value(item);
    this.expect(')');
    return [first, second];
  }

  private value(item: Item): unknown {
    if (this.take('list_append')) {
      const [first, second] = this.arguments(item);
      return Array.isArray(first) && Array.isArray(second) ? [...first, ...second] : refuse('list_append takes lists');
    }
    if (this.take('if_not_exists')) {
      const [there, otherwise] = this.arguments(item);
      return there ?? otherwise;
    }
    if (this.take('size')) {
      const value = this.argument(item);
      return Array.isArray(value) || typeof value === 'string' ? value.length : undefined;
    }
    if (this.tokens[this.at]?.startsWith(':')) {
      const name = this.next();
      this.used.add(name);
      return this.values && name in this.values ? this.values[name] : refuse(`${name} is not given`);
    }
    return this.path().reduce<unknown>((at, key) => (at as Item | undefined)?.[key], item);
  }

  /** `a.b[1]` is `a`, `b`, `1`. */
  private path(): string[] {
    return this.next()
      .replace(/\[(\d+)\]/g, '.$1')
      .split('.')
      .map((part) => {
        if (!part.startsWith('#')) return RESERVED.test(part) ? refuse(`${part} is a reserved word`) : part;
        this.used.add(part);
        return this.names?.[part] ?? refuse(`${part} is not given`);
      });
  }

  private next(): string {
    const token = this.tokens[this.at] ?? refuse('the expression ends too early');
    this.at += 1;
    return token;
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at += 1;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) refuse(`${token} is missing before ${this.tokens[this.at]}`);
  }
}
