/** Who should get mail, by the stage's settings, beside whom SNS sends it to: which addresses hear nothing, and why. */

/** What SNS knows of an address. */
export type Subscription = {
  readonly address: string;
  /** `ended`: unsubscribed, and still listed for some days. */
  readonly state: 'confirmed' | 'pending' | 'ended';
  /** Whether it takes credentials of the account to end it; else the link in each of its mails does. */
  readonly endsWithCredentials?: boolean;
};

/** Of an address of the stage; `absent` where SNS does not list it at all. */
export type AddressState = Subscription['state'] | 'absent';

export type Finding = {
  readonly address: string;
  readonly state: AddressState;
  readonly endsWithCredentials: boolean;
};

/** An address that was subscribed more than once is as well off as the best of them. */
const RANK: readonly AddressState[] = ['confirmed', 'pending', 'ended', 'absent'];

const key = (address: string): string => address.toLowerCase();

/** What there is to say of each address of the stage, in its order. */
export const findingsOf = (wanted: readonly string[], subscriptions: readonly Subscription[]): Finding[] =>
  wanted.map((address) => {
    const [best] = subscriptions
      .filter((subscription) => key(subscription.address) === key(address))
      .sort((a, b) => RANK.indexOf(a.state) - RANK.indexOf(b.state));
    return {
      address,
      state: best?.state ?? 'absent',
      endsWithCredentials: best?.endsWithCredentials ?? false,
    };
  });

/** Who gets mail, or was asked to confirm, though the stage does not name them. */
export const unnamed = (wanted: readonly string[], subscriptions: readonly Subscription[]): string[] => {
  const named = new Set(wanted.map(key));
  const live = subscriptions.filter(({ address, state }) => state !== 'ended' && !named.has(key(address)));
  return [...new Set(live.map(({ address }) => address))];
};
