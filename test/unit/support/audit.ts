/** The audit trail in memory. What goes with a change is the adapters' business; here it is only asked for. */
import type { AuditRecord } from '../../../lib/audit/model.ts';
import type { AuditTrail, Describe } from '../../../lib/audit/ports.ts';

export type TrailInMemory = AuditTrail & {
  /** What was appended by itself: denied attempts. */
  readonly appended: AuditRecord[];
  /** How each request that was served would have its change described, in order. */
  readonly followed: Describe[];
};

export const trailInMemory = (): TrailInMemory => {
  const appended: AuditRecord[] = [];
  const followed: Describe[] = [];
  return {
    appended,
    followed,
    follow: (describe, serve) => {
      followed.push(describe);
      return serve();
    },
    append: async (record) => void appended.push(record),
  };
};
