/** Which grants of the roles were ever used: what was granted and never needed shows in the difference. */
import type { Access } from './access.ts';
import type { Pattern } from './pattern.ts';
import type { Statement } from './statement.ts';

export type Grant = {
  readonly roleArn: string;
  /** As the policy has it, wildcards included. */
  readonly action: string;
  readonly resource: string;
};

/** How many different accesses are remembered as seen, so that a repeated one costs one look-up. */
const REMEMBERED = 10_000;

const keyOf = ({ roleArn, action, resource }: Grant): string => `${roleArn} ${action} ${resource}`;

/** An action or a resource that a statement names; all but what it names, where it says `Not`. */
const named = ({ list, negated }: Statement['actions'], value?: string): string[] => {
  if (negated) return [`not ${list.map(({ text }) => text).join(', ')}`];
  const fits = ({ matches }: Pattern): boolean => value === undefined || matches(value);
  return list.filter(fits).map(({ text }) => text);
};

export class GrantUses {
  readonly #granted = new Map<string, Grant>();
  readonly #used = new Map<string, Grant>();
  readonly #seen = new Set<string>();

  /** Adds what a role's statements allow. */
  grant(roleArn: string, statements: readonly Statement[]): void {
    for (const { effect, actions, resources } of statements) {
      if (effect === 'Allow') this.#add(this.#granted, roleArn, named(actions), named(resources));
    }
  }

  /** Notes that these statements of a role allowed an access. */
  use(roleArn: string, { action, resource }: Access, statements: readonly Statement[]): void {
    const seen = keyOf({ roleArn, action, resource });
    if (this.#seen.has(seen)) return;
    if (this.#seen.size >= REMEMBERED) this.#seen.clear();
    this.#seen.add(seen);
    for (const { actions, resources } of statements) {
      this.#add(this.#used, roleArn, named(actions, action), named(resources, resource));
    }
  }

  get granted(): Grant[] {
    return [...this.#granted.values()];
  }

  get used(): Grant[] {
    return [...this.#used.values()];
  }

  #add(to: Map<string, Grant>, roleArn: string, actions: readonly string[], resources: readonly string[]): void {
    for (const action of actions) {
      for (const resource of resources) to.set(keyOf({ roleArn, action, resource }), { roleArn, action, resource });
    }
  }
}
