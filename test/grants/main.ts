/** Prints what the functions' roles grant and no integration test of this run used; fails unless each is explained. */
import { ACCESS_REPORTS_DIR, readAccessReports } from '../integration/support/access-reports.ts';
import { EXPLAINED } from './explained.ts';
import { report } from './findings.ts';

const directory = process.env[ACCESS_REPORTS_DIR];
if (!directory) throw new Error(`${ACCESS_REPORTS_DIR} must name the folder that the integration tests reported to.`);
const { text, faults } = report(readAccessReports(directory), EXPLAINED);
console.log(text);
process.exitCode = faults > 0 ? 1 : 0;
