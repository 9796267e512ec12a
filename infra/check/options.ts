/** The command line of `npm run check`. */
import { parseOptions } from '../../lib/command-line.ts';
import { readStage } from '../stage-option.ts';

export const USAGE = `Usage: npm run check -- --stage NAME [--region REGION]

Looks whether everybody whom a stage of cdk.json names gets their mail: an address that never confirmed, or was unsubscribed,
hears of no alert and of no alarm, and nothing says so by itself. Changes nothing.

  --stage NAME     the stage
  --region REGION  where it is; by default as the AWS configuration says

Credentials are found as the AWS CLI finds them. What to do about an address is in docs/deploy.md, under "Who gets mail".

Exit codes: 0 all of them do, 1 one does not, or it cannot be seen, 2 wrong usage.
`;

export type Options = { readonly stage: string; readonly region?: string };

/** @throws UsageError */
export const readOptions = (args: string[]): Options => {
  const { stage, region } = parseOptions(args, { stage: { type: 'string' }, region: { type: 'string' } });
  return { stage: readStage(stage), ...(region && { region }) };
};
