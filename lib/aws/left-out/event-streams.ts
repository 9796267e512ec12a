/**
 * In the place of the SDK's event streams, which no service of ours speaks. The SDK would load them on demand, and a
 * bundler makes that a wrapper around every module they share with the rest: a seventh of a client's load time.
 */
const unused = (): never => {
  throw new Error('event streams are left out of the functions: see infra/bundle.ts');
};

export const EventStreamSerde = unused;
export const eventStreamSerdeProvider = unused;
