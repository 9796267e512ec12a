/** Who is signed in, what they may do, and the typed client that calls the API as them. */
import { createContext, useContext } from 'react';
import { ApiError, type Client, createClient } from '../../lib/api/client.ts';
import type { Me } from '../../lib/api/me.ts';
import { ROLES, type Role } from '../../lib/api/operation.ts';
import type { Session } from './session.ts';

export type SignedIn = {
  readonly me: Me;
  readonly session: Session;
  readonly call: Client;
  /** Whether the person has this role or one above it. */
  may(role: Role): boolean;
};

const SignedInContext = createContext<SignedIn | undefined>(undefined);

export const SignedInProvider = SignedInContext.Provider;

export const useSignedIn = (): SignedIn => {
  const signedIn = useContext(SignedInContext);
  if (!signedIn) throw new Error('nobody is signed in');
  return signedIn;
};

/** A client for this origin. A token that is no longer taken ends the session. */
export const clientOf = (session: Session): Client => {
  const call: Client = async (operation, request, options) => {
    const token = session.token();
    try {
      return await createClient({ baseUrl: window.location.origin, ...(token !== undefined && { token }) })(
        operation,
        request,
        options,
      );
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) session.refused(token);
      throw error;
    }
  };
  return call;
};

/** `me.roles` holds every role that the highest one includes. */
export const mayOf =
  (me: Me) =>
  (role: Role): boolean =>
    ROLES.includes(role) && me.roles.includes(role);
