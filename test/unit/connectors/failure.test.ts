/** A failure is known as one across the bundles of a function, each of which has its own copy of the class. */
import { expect, it } from 'vitest';
import { ConnectorFailure } from '../../../lib/connectors/ports.ts';

class Copy extends Error {
  override readonly name = 'ConnectorFailure';
  readonly kind = 'rateLimited';
}

it('is an instance by its name, whichever copy of the class made it', () => {
  expect(new ConnectorFailure('refused', 'no') instanceof ConnectorFailure).toBe(true);
  expect(new Copy('no') instanceof ConnectorFailure).toBe(true);
});

it('is not taken for one where it is none', () => {
  expect(new Error('no') instanceof ConnectorFailure).toBe(false);
  expect({ name: 'ConnectorFailure' } instanceof ConnectorFailure).toBe(false);
  expect((undefined as unknown) instanceof ConnectorFailure).toBe(false);
});
