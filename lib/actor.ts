/** Who does something: an admin as the access token names them. */
export type Actor = {
  /** The token's `sub`. */
  readonly id: string;
  /** What people see: the user name where the token has one. */
  readonly name: string;
};
