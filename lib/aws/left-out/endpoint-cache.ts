/**
 * In the place of the cache for endpoint discovery. Every DynamoDB client makes one and nothing reads it: no command has
 * the discovery's middleware any more.
 */
export class EndpointCache {}
