/** Who is calling: what a valid token says of an admin, and why it gives no role where it gives none. */
import * as z from 'zod/mini';
import { described, timestamp } from './common.ts';
import { resource } from './named.ts';
import { type Operation, ROLES } from './operation.ts';
import { rolesProblem } from './problem.ts';

export const me = () =>
  resource('Me', {
    id: described('The `sub` of the token.', z.string()),
    name: described('What others see: the user name where the token has one.', z.string()),
    displayName: described('The `name` of the token.', z.optional(z.string())),
    roles: described('Lowest first; each role includes what the ones before it may do.', z.array(z.enum(ROLES))),
    tokenExpiresAt: timestamp(),
    rolesProblem: described(
      'Where there is no role: why.',
      z.optional(
        z.extend(rolesProblem(), {
          values: described(
            'What the claim has, for whoever maps it to roles. What is no text stands here as JSON. With `noMappedValue`.',
            z.optional(z.array(z.string())),
          ),
        }),
      ),
    ),
  });
export type Me = z.infer<ReturnType<typeof me>>;

export const getMe = {
  id: 'getMe',
  method: 'GET',
  path: '/v1/me',
  caller: 'signedIn',
  function: 'admin-me',
  tag: 'System',
  summary: 'Who the access token names, with which roles; and why it gives none, where it gives none.',
  answers: () => ({ 200: me() }),
} as const satisfies Operation;
