/** What begins when: drawn before the run starts, so that nothing that the server does can put it off. */
import { seededRandom } from '../simulate/random.ts';

/** `bareA` and `bareB` are alike: polls of the bare server, which stand beside each other as the run's control. */
export type Kind = 'poll' | 'help' | 'restart' | 'bareA' | 'bareB';

/** `at`: in milliseconds since the run's start. */
export type Arrival = { readonly at: number; readonly kind: Kind };

export type Shape = {
  readonly seconds: number;
  /** What begins at the stack in a second. */
  readonly rate: number;
};

/** Of what begins at the stack; the rest are polls. Each makes some five requests more. */
const HELP_SHARE = 1 / 80;
const RESTART_SHARE = 1 / 80;
/** Of each of the two series at the bare server, as a share of `rate`. */
const BARE_SHARE = 1 / 4;

/** A device may restart three times in 24 hours, whoever orders it. */
export const RESTARTS_A_DEVICE = 3;

/** How many devices the restarts of such a run need, beside one of each before it; half as many again, because chance may make more. */
export const devicesFor = ({ seconds, rate }: Shape): number =>
  Math.ceil((1.5 * seconds * rate * RESTART_SHARE) / (RESTARTS_A_DEVICE - 1)) + 4;

const kindOf = (draw: number): Kind => {
  if (draw < BARE_SHARE) return 'bareA';
  if (draw < 2 * BARE_SHARE) return 'bareB';
  const own = draw - 2 * BARE_SHARE;
  if (own < HELP_SHARE) return 'help';
  return own < HELP_SHARE + RESTART_SHARE ? 'restart' : 'poll';
};

/** Independent callers come at random: exponential gaps (a Poisson process), with all series drawn from one sequence. */
export const planArrivals = ({ seconds, rate }: Shape, seed: number): Arrival[] => {
  const random = seededRandom(seed);
  const perMs = (rate * (1 + 2 * BARE_SHARE)) / 1000;
  const arrivals: Arrival[] = [];
  for (let at = 0; ; ) {
    at -= Math.log(1 - random()) / perMs;
    if (at >= seconds * 1000) return arrivals;
    arrivals.push({ at, kind: kindOf(random() * (1 + 2 * BARE_SHARE)) });
  }
};
