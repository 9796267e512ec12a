/**
 * Cursors: opaque positions in one list. A cursor says only after which sort key to go on; which list is read comes
 * from the request, so nobody can read something else with it. The digest refuses a cursor that was changed or that
 * belongs to another list.
 */
import { createHash } from 'node:crypto';
import { ProblemError } from './problem.ts';

const DIGEST_LENGTH = 11;

const digest = (list: string, position: string): string =>
  createHash('sha256').update(`${list}\n${position}`).digest('base64url').slice(0, DIGEST_LENGTH);

/** @param list names the list and its filters, such as `devices?namePrefix=ab` */
export const encodeCursor = (list: string, position: string): string =>
  Buffer.from(digest(list, position) + position).toString('base64url');

/** @throws ProblemError `invalid_cursor` */
export const decodeCursor = (list: string, cursor: string): string => {
  const decoded = Buffer.from(cursor, 'base64url').toString();
  const position = decoded.slice(DIGEST_LENGTH);
  if (position !== '' && encodeCursor(list, position) === cursor) return position;
  throw new ProblemError('invalid_cursor', 'The cursor is not one that this list gave out.');
};
