/** Groups as the contract shows them. */
import type * as api from '../api/groups.ts';
import { iso } from '../clock.ts';
import type { Group } from './model.ts';

export const groupView = ({ id, name, deviceCount, createdAt }: Group): api.Group => ({
  id,
  name,
  deviceCount,
  createdAt: iso(createdAt),
});
