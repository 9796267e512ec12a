/** Reads a whole template into the model: parameters, conditions, then each resource after those it refers to. */
import type { Assembly } from '../assembly/assembly.ts';
import { resolveIntrinsics, type Scope } from '../assembly/intrinsics.ts';
import { creationOrder } from '../assembly/order.ts';
import { StartError } from '../errors.ts';
import { ACCOUNT, arn, PARTITION, REGION, URL_SUFFIX } from '../identity.ts';
import type { Physical } from './handler.ts';
import { emptyModel, type Model } from './model.ts';
import { RESOURCE_HANDLERS } from './registry.ts';

/** Evaluates the template of `assembly`. `apiUrl`: where the API answers. Throws `StartError` for what cannot run here. */
export const buildModel = (assembly: Assembly, apiUrl: string): Model => {
  const { template, stackName } = assembly;
  const model = emptyModel(stackName);
  const physical = new Map<string, Physical>();
  const pseudo: Record<string, unknown> = {
    'AWS::AccountId': ACCOUNT,
    'AWS::Region': REGION,
    'AWS::Partition': PARTITION,
    'AWS::URLSuffix': URL_SUFFIX,
    'AWS::StackName': stackName,
    'AWS::StackId': arn('cloudformation', `stack/${stackName}/local`),
    'AWS::NotificationARNs': [],
  };
  const scope: Scope = {
    ref: (name) => {
      if (name in pseudo) return pseudo[name];
      const parameter = template.Parameters[name];
      if (parameter) {
        if (parameter.Default === undefined) throw new StartError(`Parameter ${name} has no default: give it one.`);
        return parameter.Type.startsWith('List<') ? String(parameter.Default).split(',') : parameter.Default;
      }
      const resource = physical.get(name);
      if (!resource) throw new StartError(`The template refers to ${name}, which it does not have.`);
      return resource.ref;
    },
    attribute: (logicalId, name) => {
      const value = physical.get(logicalId)?.attributes?.[name];
      if (value !== undefined) return value;
      const type = template.Resources[logicalId]?.Type ?? 'resource';
      throw new StartError(`The local stack does not know the attribute ${name} of the ${type} ${logicalId}.`);
    },
    condition: (name) => {
      if (!(name in template.Conditions)) throw new StartError(`The template has no condition ${name}.`);
      return resolveIntrinsics(template.Conditions[name], scope) === true;
    },
    mapping: (map, first, second) => template.Mappings[map]?.[first]?.[second],
  };
  const resources = Object.fromEntries(
    Object.entries(template.Resources).filter(
      ([, { Condition }]) => Condition === undefined || scope.condition(Condition),
    ),
  );
  const unknown = Object.entries(resources).filter(([, { Type }]) => !RESOURCE_HANDLERS[Type]);
  if (unknown.length > 0) {
    const names = unknown.map(([logicalId, { Type }]) => `  ${Type} (${logicalId})`).join('\n');
    throw new StartError(
      `The local stack does not know these resources of the template:\n${names}\n` +
        'Leave them out of the stage `local`, or add a handler in local/resources/registry.ts.',
    );
  }
  for (const logicalId of creationOrder(resources)) {
    const resource = resources[logicalId];
    const handle = RESOURCE_HANDLERS[resource?.Type ?? ''];
    if (!resource || !handle) continue;
    const properties = resolveIntrinsics(resource.Properties, scope) as Record<string, unknown>;
    physical.set(logicalId, handle({ logicalId, type: resource.Type, properties, resource, model, assembly, apiUrl }));
  }
  return model;
};
