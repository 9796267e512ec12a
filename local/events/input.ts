/** What a rule's target is given: the whole event, a constant, a part of the event, or a transformed text. */
import type { TargetInput } from '../resources/model.ts';

/** The value at a path such as `$.detail.items[0].id`, or `undefined`. */
export const valueAtPath = (event: unknown, path: string): unknown => {
  let value = event;
  for (const [, name, quoted, index] of path.slice(1).matchAll(/\.([^.[\]]+)|\['([^']+)'\]|\[(\d+)\]/g)) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string, unknown>)[name ?? quoted ?? index ?? ''];
  }
  return value;
};

/**
 * Fills a template's `<name>` placeholders. Within a JSON string a text value goes in as it is, escaped for JSON;
 * elsewhere as JSON. A template that is not JSON once it is filled is sent as a JSON string, as AWS does.
 */
const fill = (template: string, values: Readonly<Record<string, unknown>>): string => {
  let filled = '';
  let inString = false;
  for (let index = 0; index < template.length; index++) {
    const placeholder = template[index] === '<' ? /^<([A-Za-z0-9._-]+)>/.exec(template.slice(index)) : null;
    const name = placeholder?.[1];
    if (placeholder && name !== undefined && Object.hasOwn(values, name)) {
      const value = values[name];
      if (typeof value === 'string') filled += inString ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
      else {
        const json = value === undefined ? '' : JSON.stringify(value);
        filled += inString ? JSON.stringify(json).slice(1, -1) : json;
      }
      index += placeholder[0].length - 1;
      continue;
    }
    if (template[index] === '"' && template[index - 1] !== '\\') inString = !inString;
    filled += template[index];
  }
  try {
    JSON.parse(filled);
    return filled;
  } catch {
    return JSON.stringify(filled);
  }
};

/** The JSON text that a target is given for `event`, whose rule is `ruleArn`. */
export const targetPayload = (input: TargetInput, event: Record<string, unknown>, ruleArn: string): string => {
  switch (input.kind) {
    case 'whole':
      return JSON.stringify(event);
    case 'constant':
      return input.json;
    case 'path':
      return JSON.stringify(valueAtPath(event, input.path) ?? null);
    case 'transformer': {
      const values: Record<string, unknown> = {
        'aws.events.event': event,
        'aws.events.event.json': event,
        'aws.events.event.ingestion-time': event['time'],
        'aws.events.rule-arn': ruleArn,
        'aws.events.rule-name': ruleArn.slice(ruleArn.lastIndexOf('/') + 1),
      };
      for (const [name, path] of Object.entries(input.paths)) values[name] = valueAtPath(event, path);
      return fill(input.template, values);
    }
  }
};
