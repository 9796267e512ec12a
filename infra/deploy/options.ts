/** The command line of `npm run deploy`. */
import { parseOptions } from '../../lib/command-line.ts';
import { readStage } from '../stage-option.ts';

export const USAGE = `Usage: npm run deploy -- --stage NAME [--region REGION] [--yes]

Deploys a stage of cdk.json, with \`cdk deploy\`. A first deployment protects the stack, its tables and its accounts from
being deleted only after it has succeeded, so that one that failed can be repeated: by running this again.

  --stage NAME     the stage
  --region REGION  where it is; by default as the AWS configuration says
  --yes            asks nothing, as a pipeline needs it: changes of IAM are not shown to be confirmed

Credentials are found as the AWS CLI finds them. For all else that \`cdk deploy\` can do, call that: of a stack that is there,
\`npx cdk deploy -c stage=NAME\` does the same.

Exit codes: 0 deployed, 1 not, 2 wrong usage.
`;

export type Options = { readonly stage: string; readonly region?: string; readonly yes: boolean };

/** @throws UsageError */
export const readOptions = (args: string[]): Options => {
  const { stage, region, yes } = parseOptions(args, {
    stage: { type: 'string' },
    region: { type: 'string' },
    yes: { type: 'boolean', default: false },
  });
  return { stage: readStage(stage), yes, ...(region && { region }) };
};
