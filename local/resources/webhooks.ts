/** Where webhooks go: API destinations, and the connections that say who posts. */
import * as z from 'zod';
import { StartError } from '../errors.ts';
import { arn, generatedName } from '../identity.ts';
import { irrelevant, number, propertiesOf, type ResourceHandler } from './handler.ts';
import type { Model } from './model.ts';

/** The header of each connection, which only the destinations of the stack name. */
const connectionsOf = new WeakMap<Model, Map<string, Record<string, string>>>();

const ConnectionProperties = z.strictObject({
  Name: z.string().optional(),
  AuthorizationType: z.literal('API_KEY'),
  AuthParameters: z.strictObject({
    ApiKeyAuthParameters: z.strictObject({ ApiKeyName: z.string(), ApiKeyValue: z.string() }),
  }),
  Description: irrelevant,
  KmsKeyIdentifier: irrelevant,
});

export const connection: ResourceHandler = (input) => {
  const properties = propertiesOf(ConnectionProperties, input);
  const { ApiKeyName, ApiKeyValue } = properties.AuthParameters.ApiKeyAuthParameters;
  const name = properties.Name ?? generatedName(input.model.stackName, input.logicalId, 64);
  const connectionArn = arn('events', `connection/${name}/local`);
  const connections = connectionsOf.get(input.model) ?? new Map<string, Record<string, string>>();
  connectionsOf.set(input.model, connections.set(connectionArn, { [ApiKeyName]: ApiKeyValue }));
  return { ref: name, attributes: { Arn: connectionArn } };
};

const DestinationProperties = z.strictObject({
  Name: z.string().optional(),
  ConnectionArn: z.string(),
  InvocationEndpoint: z.string(),
  HttpMethod: z.enum(['POST', 'PUT', 'PATCH']),
  InvocationRateLimitPerSecond: number.optional(),
  Description: irrelevant,
});

export const apiDestination: ResourceHandler = (input) => {
  const properties = propertiesOf(DestinationProperties, input);
  const headers = connectionsOf.get(input.model)?.get(properties.ConnectionArn);
  if (!headers) {
    throw new StartError(
      `${input.type} ${input.logicalId} uses ${properties.ConnectionArn}, which is not in the stack.`,
    );
  }
  const name = properties.Name ?? generatedName(input.model.stackName, input.logicalId, 64);
  const destinationArn = arn('events', `api-destination/${name}/local`);
  input.model.apiDestinations.set(destinationArn, {
    name,
    endpoint: properties.InvocationEndpoint,
    method: properties.HttpMethod,
    headers,
  });
  return { ref: name, attributes: { Arn: destinationArn, ArnForPolicy: destinationArn } };
};
