/** In which order the template's resources can be made: each after those it refers to. */
import { StartError } from '../errors.ts';
import type { Template } from './assembly.ts';

const addReferences = (value: unknown, into: Set<string>): void => {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value) addReferences(item, into);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key === 'Ref' && typeof item === 'string') into.add(item);
    else if (key === 'Fn::GetAtt') into.add(String(Array.isArray(item) ? item[0] : String(item).split('.')[0]));
    else if (key === 'Fn::Sub') {
      const template = String(Array.isArray(item) ? item[0] : item);
      for (const [, name] of template.matchAll(/\$\{([^!}.]+)[^}]*\}/g)) into.add(String(name));
    }
    addReferences(item, into);
  }
};

/** The logical ids of `resources`, dependencies first. Throws `StartError` for a circle. */
export const creationOrder = (resources: Template['Resources']): string[] => {
  const order: string[] = [];
  const state = new Map<string, 'visiting' | 'done'>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    const resource = resources[logicalId];
    if (!resource || state.get(logicalId) === 'done') return;
    if (state.get(logicalId) === 'visiting') {
      throw new StartError(
        `The template's resources depend on each other in a circle: ${[...path, logicalId].join(' → ')}`,
      );
    }
    state.set(logicalId, 'visiting');
    const references = new Set([resource.DependsOn ?? []].flat());
    addReferences(resource.Properties, references);
    for (const reference of references) visit(reference, [...path, logicalId]);
    state.set(logicalId, 'done');
    order.push(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return order;
};
