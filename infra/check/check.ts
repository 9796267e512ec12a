/** Compares what a stage says of its addresses with what SNS has, and tells a person what to do. */
import type { Config } from '../config.ts';
import { ALERTS_TOPIC, OPERATIONS_TOPIC } from '../names.ts';
import { type AddressState, findingsOf, type Subscription, unnamed } from './addresses.ts';

/** The e-mail subscriptions of a topic. */
export type ListSubscriptions = (topicArn: string) => Promise<Subscription[]>;

export type Stage = Pick<Config, 'alertEmails' | 'operationsEmails'>;

const WHAT_TO_DO: Readonly<Record<Exclude<AddressState, 'confirmed'>, string>> = {
  pending: 'has not confirmed, and gets nothing: the link is in a mail of AWS Notifications, and works for 48 hours',
  ended: 'was unsubscribed, and gets nothing: subscribe it anew',
  absent:
    'is not subscribed, and gets nothing: it did not confirm within 48 hours, or was unsubscribed; subscribe it anew',
};

/** What one setting names, and the topic by which it gets mail. */
type Channel = { readonly setting: keyof Stage; readonly output: string; readonly addresses: readonly string[] };

const channelsOf = ({ alertEmails, operationsEmails }: Stage): Channel[] => [
  { setting: 'alertEmails', output: ALERTS_TOPIC, addresses: alertEmails.map(({ email }) => email) },
  { setting: 'operationsEmails', output: OPERATIONS_TOPIC, addresses: operationsEmails },
];

const lineOf = (address: string, state: AddressState, endsWithCredentials: boolean): string => {
  if (state !== 'confirmed') return `  MISSING  ${address} ${WHAT_TO_DO[state]}`;
  return `  ok       ${address}${endsWithCredentials ? '' : ' (ends by the link in any of its mails)'}`;
};

/**
 * @param outputs of the stage's stack
 * @param tell is given lines for a person
 * @returns whether every address of the stage gets its mail
 */
export const check = async (
  stage: Stage,
  outputs: Readonly<Record<string, string>>,
  list: ListSubscriptions,
  tell: (line: string) => void,
): Promise<boolean> => {
  let isWell = true;
  for (const { setting, output, addresses } of channelsOf(stage)) {
    tell(`${setting}:${addresses.length === 0 ? ' none' : ''}`);
    const topicArn = outputs[output];
    if (topicArn === undefined) {
      if (addresses.length === 0) continue;
      isWell = false;
      tell(
        `  MISSING  the stack has no output ${output}: it was deployed before these addresses were named. Deploy it.`,
      );
      continue;
    }
    const subscriptions = await list(topicArn);
    for (const { address, state, endsWithCredentials } of findingsOf(addresses, subscriptions)) {
      isWell &&= state === 'confirmed';
      tell(lineOf(address, state, endsWithCredentials));
    }
    for (const address of unnamed(addresses, subscriptions)) {
      tell(`  other    ${address} is subscribed, though the stage does not name it`);
    }
  }
  return isWell;
};
