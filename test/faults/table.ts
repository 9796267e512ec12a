/** What was survived, as a table: a row for each call that a function makes, a column for each fault. */
import type { Blow, CellResult } from './cell.ts';
import { FAULTS } from './fault.ts';
import { siteOf } from './moments.ts';

/** Who makes up for a call that failed, where not the SDK itself by trying again. */
const rescuerOf = ({ moment, fault }: Blow, { askedAgain, signedInAgain }: CellResult): string => {
  if (signedInAgain > 0) return 'sign-in';
  if (askedAgain > 0 && /^(admin|agent|public)-/.test(moment.function)) return 'caller';
  if (/^timeOut/.test(fault)) return 'SDK';
  if (fault === 'partial') return 'code';
  if (moment.function.startsWith('schedules-')) return 'sweep';
  if (moment.function.startsWith('events-')) return 'retry';
  return 'code';
};

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/**
 * `caller`: asked again, with the same idempotency key. `sign-in`: an admin was told to sign in at the provider again, and
 * did. `SDK`: its next attempt went through. `retry`: Lambda gave the
 * function the same records or event again. `sweep`: the next minute's did it. `code`: the function went on without, or
 * asked for the rest. `not reached`: the call was not made. `LOST`: not survived.
 */
export const table = (results: readonly CellResult[]): string => {
  const cells = new Map<string, Map<string, Set<string>>>();
  for (const result of results) {
    for (const blow of result.blows) {
      const site = siteOf(blow.moment);
      const byFault = cells.get(site) ?? new Map<string, Set<string>>();
      const words = byFault.get(blow.fault) ?? new Set<string>();
      const verdict = result.failure === undefined ? rescuerOf(blow, result) : 'LOST';
      words.add(result.fallen.includes(blow) ? verdict : result.failure === undefined ? 'not reached' : 'LOST');
      cells.set(site, byFault.set(blow.fault, words));
    }
  }
  const rows = [...cells]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([site, byFault]) => row([site, ...FAULTS.map((fault) => [...(byFault.get(fault) ?? [])].join(', '))]));
  return [row(['call', ...FAULTS]), row(['call', ...FAULTS].map(() => '---')), ...rows].join('\n');
};
