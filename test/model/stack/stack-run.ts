/**
 * Both lifecycles on a real local stack: in each round several callers act on each device at once, while functions are
 * killed or throttled, and are told of what happens late, twice and in another order. What everybody was told is judged,
 * and time passes.
 */

import { onboardTeamViewer } from '../../../lib/api/connectors.ts';
import type { Id } from '../../../lib/ids.ts';
import type { LocalStack } from '../../../local/stack.ts';
import { decideAt } from '../../fakes/teamviewer/browser.ts';
import type { TeamViewerFake } from '../../fakes/teamviewer/fake.ts';
import { type Product, productAt } from '../../integration/product/product.ts';
import type { SpecRequest } from '../assistance-spec.ts';
import { AssistanceLane } from './assistance-lane.ts';
import { type Chance, chanceOf } from './chance.ts';
import { Disorder } from './disorder.ts';
import { FALLIBLE, type FaultPlan, inject } from './faults.ts';
import type { Lane } from './lane.ts';
import type { Tally } from './recorder.ts';
import { RestartLane } from './restart-lane.ts';
import { Sessions } from './sessions.ts';
import { checkAlerts, checkEvents, SeenEvents } from './told.ts';

/** Nothing is done so shortly before something changes by itself: the stack's clock does not stand still. */
const CLEAR_OF_MS = 3 * 60_000;
const APP = { clientId: 'model-app', clientSecret: 'model-app-secret' };

/** How many calls, in how many rounds, how many of them got no answer, and what the others were told. */
export type StackFindings = { calls: number; rounds: number; unanswered: number; told: Tally };

/** Connects the stack to its TeamViewer, the fake, for any number of runs. */
export const onboard = async (stack: LocalStack, fake: TeamViewerFake): Promise<void> => {
  fake.register({ ...APP, redirectUri: `${stack.url}/v1/connectors/teamviewer/callback` });
  const admin = await productAt(stack.url).admin();
  const { body } = await admin(onboardTeamViewer, { body: { acceptLicense: true, ...APP } });
  await fetch(await decideAt(body.authorizationUrl, 'accept'));
};

export class StackRun {
  readonly #stack: LocalStack;
  readonly #fake: TeamViewerFake;
  readonly #laneCount: number;
  readonly #sessions: Sessions;
  readonly #product: Product;
  readonly #chance: Chance;
  readonly #disorder: Disorder;
  /** All that there ever were: what they ended as must stay. */
  readonly #lanes: Lane[] = [];
  readonly #events: SeenEvents;
  #now = 0;

  /**
   * @param stack that is onboarded to the fake
   * @param lanes of each lifecycle
   */
  constructor(stack: LocalStack, fake: TeamViewerFake, seed: number, lanes = 3) {
    this.#laneCount = lanes;
    this.#stack = stack;
    this.#fake = fake;
    this.#sessions = new Sessions(fake);
    this.#product = productAt(stack.url);
    this.#events = new SeenEvents(stack.url);
    this.#chance = chanceOf(seed);
    this.#disorder = new Disorder(stack, seed);
  }

  /**
   * @param commands how many calls to make, about
   * @throws Difference
   */
  async run(commands: number): Promise<StackFindings> {
    try {
      return await this.#run(commands);
    } finally {
      this.#disorder.end();
    }
  }

  async #run(commands: number): Promise<StackFindings> {
    this.#now = Date.parse(await this.#product.advance(0));
    const admin = await this.#product.admin('admin', 'ada');
    const admins = [admin, await this.#product.admin('admin', 'grace')] as const;
    const found: StackFindings = { calls: 0, rounds: 0, unanswered: 0, told: new Map() };
    const setting = () => ({
      admins,
      now: this.#now,
      tally: found.told,
      lastVersionOf: (id: Id) => this.#events.lastVersionOf(id),
    });
    const { enroll } = this.#product;
    const kinds = Array.from({ length: this.#laneCount }, () => [
      async (): Promise<Lane> => new AssistanceLane(await enroll(), setting()),
      async (): Promise<Lane> => new RestartLane([await enroll(), await enroll()], setting()),
    ]).flat();
    const current: (Lane | undefined)[] = kinds.map(() => undefined);
    for (; found.calls < commands; found.rounds += 1) {
      const lanes = await Promise.all(
        kinds.map(async (make, index) => {
          const lane = current[index];
          if (lane && !lane.isOver) return lane;
          const made = await make();
          current[index] = made;
          this.#lanes.push(made);
          return made;
        }),
      );
      await this.#actAtOnce(lanes, found);
      await this.#passTime();
    }
    await this.#finish();
    return found;
  }

  async #actAtOnce(lanes: readonly Lane[], found: StackFindings): Promise<void> {
    const chance = this.#chance;
    const plans = Array.from(
      { length: chance.of([0, 1, 3]) },
      (): FaultPlan => ({
        functionName: chance.of(FALLIBLE),
        call: chance.below(6),
        how: chance.of(['killed before', 'killed after', 'throttled']),
      }),
    );
    const ends = plans.map((plan) => inject(this.#stack, plan));
    // Chances of their own, since who is served first draws first.
    await Promise.all(lanes.map((lane) => lane.act(chanceOf(chance.below(2 ** 31)))));
    for (const end of ends) end();
    await this.#rest();
    for (const lane of lanes) {
      found.calls += lane.calls;
      found.unanswered += lane.unanswered;
    }
    await Promise.all(lanes.map((lane) => lane.judge()));
    this.#sessions.checkSingle(this.#requests());
    this.#checkEvents();
  }

  /** Until all that follows from what was done has happened, and has been told. */
  async #rest(): Promise<void> {
    do await this.#product.settle();
    while (await this.#disorder.flush());
    await this.#events.look();
  }

  #requests(): SpecRequest[] {
    return this.#lanes.flatMap((lane) => (lane instanceof AssistanceLane ? [...lane.spec.requests.values()] : []));
  }

  /** Some sessions end at their provider, the clock moves on, the minute's schedules run; all as specified. */
  async #passTime(): Promise<void> {
    const chance = this.#chance;
    const ended = this.#sessions.endSome(this.#requests(), chance);
    let minutes = chance.of([6, 6, 6, 11, 25, 70, 130]);
    const moments = this.#lanes.flatMap((lane) => lane.moments());
    const isClear = () => moments.every((at) => Math.abs(at - (this.#now + minutes * 60_000)) > CLEAR_OF_MS);
    while (!isClear()) minutes += 1;
    this.#fake.advance(minutes * 60_000);
    this.#now = Date.parse(await this.#product.advance(minutes));
    await this.#product.sweep();
    await this.#rest();
    for (const lane of this.#lanes) lane instanceof AssistanceLane ? lane.pass(this.#now, ended) : lane.pass(this.#now);
    // What a device leaves when it is retired goes on by itself.
    await Promise.all(
      this.#lanes.filter((lane) => !lane.isOver || lane instanceof RestartLane).map((lane) => lane.judge()),
    );
    this.#checkEvents();
  }

  async #finish(): Promise<void> {
    // Whatever was lost is looked for again every few minutes.
    for (let times = 0; times < 2; times += 1) await this.#passTime();
    this.#sessions.checkClosed(this.#requests());
    await checkAlerts(await this.#product.admin(), this.#requests());
  }

  #checkEvents(): void {
    const restarts = this.#lanes.filter((lane) => lane instanceof RestartLane);
    checkEvents(this.#events.all, this.#requests(), restarts);
  }
}
