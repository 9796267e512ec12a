/**
 * What each stack of a run saw of its roles, kept in one folder for all of the run's workers, so that a look at the end
 * (`test/grants`) sees what no test ever used. Without that folder, in a run of a few tests, nothing is kept.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalStack } from '../../../local/stack.ts';

/** The variable that names the folder. */
export const ACCESS_REPORTS_DIR = 'ACCESS_REPORTS_DIR';

/** A grant by the names that people know: `agent-poll dynamodb:GetItem table/TablesdevicesTable`. */
export type AccessNames = { granted: string[]; used: string[]; denied: string[] };

/** Without the account, the stack's name, and the hash that CDK appends to a name that it makes. */
const shortResource = (arn: string, stackName: string): string =>
  arn
    .split(':')
    .slice(5)
    .join(':')
    .replace(`${stackName}-`, '')
    .replace(/(?<=[A-Za-z])[0-9A-F]{8}(?=$|[:/])/, '')
    .replace(/\/stream\/.*/, '/stream');

/** Writes what `stack` saw, if a folder for it is named. Call it before the stack stops. */
export const saveAccessReport = ({ model, accessReport }: Pick<LocalStack, 'model' | 'accessReport'>): void => {
  const directory = process.env[ACCESS_REPORTS_DIR];
  if (!directory) return;
  const names = new Map([...model.functions.values()].map(({ roleArn, name }) => [roleArn, name]));
  const { granted, used, denied } = accessReport();
  const named = (grants: typeof granted): string[] =>
    grants.map(({ roleArn, action, resource }) => {
      const who = names.get(roleArn) ?? shortResource(roleArn, model.stackName);
      return `${who} ${action} ${shortResource(resource, model.stackName) || resource}`;
    });
  const report: AccessNames = { granted: named(granted), used: named(used), denied: [...denied] };
  writeFileSync(join(directory, `${randomUUID()}.json`), JSON.stringify(report));
};

/** All reports of a run as one. */
export const readAccessReports = (directory: string): AccessNames => {
  const reports = readdirSync(directory).map(
    (file) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as AccessNames,
  );
  const all = (key: keyof AccessNames): string[] => [...new Set(reports.flatMap((report) => report[key]))].toSorted();
  return { granted: all('granted'), used: all('used'), denied: all('denied') };
};
