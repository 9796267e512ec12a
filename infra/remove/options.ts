/** The command line of `npm run remove`. */
import { parseOptions } from '../../lib/command-line.ts';
import { readStage } from '../stage-option.ts';

export const USAGE = `Usage: npm run remove -- --stage NAME [--region REGION] [--yes]

Takes away what \`cdk destroy\` leaves of a stage: the devices' inboxes, which are queues that the stack does not own. Says
what is kept on purpose, and prints the AWS CLI commands that delete it, one a line, to read and then to run.

  --stage NAME     the stage whose stack was destroyed
  --region REGION  where it was; by default as the AWS configuration says
  --yes            deletes the inboxes; without it they are only counted

It may be stopped at any time, and run again to go on. Credentials are found as the AWS CLI finds them.

Exit codes: 0 done, 1 something is in the way, 2 wrong usage.
`;

export type Options = { readonly stage: string; readonly region?: string; readonly yes: boolean };

/** @throws UsageError */
export const readOptions = (args: string[]): Options => {
  const values = parseOptions(args, {
    stage: { type: 'string' },
    region: { type: 'string' },
    yes: { type: 'boolean', default: false },
  });
  return { stage: readStage(values.stage), yes: values.yes, ...(values.region && { region: values.region }) };
};
