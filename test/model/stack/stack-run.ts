/**
 * Both lifecycles on a real local stack: in each round several callers act on each device at once, while functions are
 * killed or throttled; then what everybody was told is judged, events come again, and time passes.
 */
import type { LocalStack } from '../../../infra/local/stack.ts';
import { listAlerts } from '../../../lib/api/alerts.ts';
import { onboardTeamViewer } from '../../../lib/api/connectors.ts';
import type { Id } from '../../../lib/ids.ts';
import { decideAt } from '../../fakes/teamviewer/browser.ts';
import type { TeamViewerFake } from '../../fakes/teamviewer/fake.ts';
import { type Product, productAt } from '../../integration/product/product.ts';
import { isOpen } from '../assistance-spec.ts';
import { differ, expectSame } from '../difference.ts';
import { AssistanceLane } from './assistance-lane.ts';
import { type Chance, chanceOf } from './chance.ts';
import { deliverAgain, FALLIBLE, type FaultPlan, inject } from './faults.ts';
import type { Lane } from './lane.ts';
import { RestartLane } from './restart-lane.ts';

/** Of each lifecycle. */
const LANES = 3;
/** Nothing is done so shortly before something changes by itself: the stack's clock does not stand still. */
const CLEAR_OF_MS = 3 * 60_000;
const APP = { clientId: 'model-app', clientSecret: 'model-app-secret' };

/** How many calls, in how many rounds, and how many of them got no answer. */
export type StackFindings = { calls: number; rounds: number; unanswered: number };

export class StackRun {
  readonly #stack: LocalStack;
  readonly #fake: TeamViewerFake;
  readonly #product: Product;
  readonly #chance: Chance;
  /** All that there ever were: what they ended as must stay. */
  readonly #lanes: Lane[] = [];
  #now = 0;

  /** @param stack whose TeamViewer is the fake */
  constructor(stack: LocalStack, fake: TeamViewerFake, seed: number) {
    this.#stack = stack;
    this.#fake = fake;
    this.#product = productAt(stack.url);
    this.#chance = chanceOf(seed);
  }

  /**
   * @param commands how many calls to make, about
   * @throws Difference
   */
  async run(commands: number): Promise<StackFindings> {
    await this.#onboard();
    this.#now = Date.parse(await this.#product.advance(0));
    const admins = await Promise.all(['ada', 'grace'].map((name) => this.#product.admin('admin', name)));
    const enroll = async (Kind: typeof AssistanceLane | typeof RestartLane): Promise<Lane> => {
      const lane = new Kind(await this.#product.enroll(), admins, this.#now);
      this.#lanes.push(lane);
      return lane;
    };
    const kinds = Array.from({ length: LANES }, () => [AssistanceLane, RestartLane]).flat();
    const current = await Promise.all(kinds.map(enroll));
    const found = { calls: 0, rounds: 0, unanswered: 0 };
    for (; found.calls < commands; found.rounds += 1) {
      for (const [index, lane] of current.entries()) {
        const kind = kinds[index];
        if (lane.isOver && kind) current[index] = await enroll(kind);
      }
      await this.#actAtOnce(current, found);
      if (this.#chance.once(4)) await deliverAgain(this.#stack, (await this.#product.events()).slice(-10));
      await this.#passTime();
    }
    await this.#finish();
    return found;
  }

  async #onboard(): Promise<void> {
    this.#fake.register({ ...APP, redirectUri: `${this.#stack.url}/v1/connectors/teamviewer/callback` });
    const admin = await this.#product.admin();
    const { body } = await admin(onboardTeamViewer, { body: { acceptLicense: true, ...APP } });
    await fetch(await decideAt(body.authorizationUrl, 'accept'));
  }

  async #actAtOnce(lanes: readonly Lane[], found: StackFindings): Promise<void> {
    const chance = this.#chance;
    const plan: FaultPlan | undefined = chance.once(2)
      ? {
          functionName: chance.of(FALLIBLE),
          call: chance.below(6),
          how: chance.of(['killed before', 'killed after', 'throttled']),
        }
      : undefined;
    const end = plan && inject(this.#stack, plan);
    // Chances of their own, since who is served first draws first.
    await Promise.all(lanes.map((lane) => lane.act(chanceOf(chance.below(2 ** 31)))));
    end?.();
    await this.#product.settle();
    for (const lane of lanes) {
      found.calls += lane.calls;
      found.unanswered += lane.unanswered;
    }
    await Promise.all(lanes.map((lane) => lane.judge()));
    this.#checkSessions();
  }

  /** At a provider there is one session for a request at most, whatever was killed when. */
  #checkSessions(): void {
    for (const { id } of this.#requests()) {
      const open = this.#fake
        .sessions()
        .filter(({ custom_api = '', state }) => state === 'open' && custom_api.includes(id));
      if (open.length > 1) differ(`${id} has ${open.length} sessions`);
    }
  }

  #requests() {
    return this.#lanes.flatMap((lane) => (lane instanceof AssistanceLane ? [...lane.spec.requests.values()] : []));
  }

  /** Some sessions end at their provider, the clock moves on, the minute's schedules run; all as specified. */
  async #passTime(): Promise<void> {
    const chance = this.#chance;
    const ended = new Set<Id>();
    for (const { id, session } of this.#requests().filter(isOpen)) {
      if (session?.connector !== 'teamviewer' || !chance.once(4)) continue;
      const [own] = this.#fake
        .sessions()
        .filter(({ custom_api = '', state }) => state === 'open' && custom_api.includes(id));
      if (!own) differ(`the session of ${id} is not open at its provider`);
      else this.#fake.closeSession(own.code);
      ended.add(id);
    }
    let minutes = chance.of([6, 6, 6, 11, 25, 70, 130]);
    const moments = this.#lanes.flatMap((lane) => lane.moments());
    const isClear = () => moments.every((at) => Math.abs(at - (this.#now + minutes * 60_000)) > CLEAR_OF_MS);
    while (!isClear()) minutes += 1;
    this.#fake.advance(minutes * 60_000);
    this.#now = Date.parse(await this.#product.advance(minutes));
    await this.#product.sweep();
    await this.#product.settle();
    for (const lane of this.#lanes) lane instanceof AssistanceLane ? lane.pass(this.#now, ended) : lane.pass(this.#now);
    await Promise.all(this.#lanes.filter(({ isOver }) => !isOver).map((lane) => lane.judge()));
  }

  async #finish(): Promise<void> {
    // Whatever was lost is looked for again every few minutes.
    for (let times = 0; times < 2; times += 1) await this.#passTime();
    this.#checkClosed();
    await this.#checkEvents();
    await this.#checkAlerts();
  }

  #openSessionsOf(id: Id) {
    return this.#fake.sessions().filter(({ custom_api = '', state }) => state === 'open' && custom_api.includes(id));
  }

  #checkClosed(): void {
    for (const request of this.#requests()) {
      if (isOpen(request)) continue;
      if (this.#openSessionsOf(request.id).length > 0)
        differ(`${request.id} is ${request.state}, and its session open`);
    }
  }

  /** Every change of a state was published, once for each id, and nothing else. */
  async #checkEvents(): Promise<void> {
    const events = new Map(
      (await this.#product.events()).map(({ 'detail-type': type, detail }) => [
        `${type}:${detail['id']}#${detail['version']}`,
        { type, id: String(detail['id']), version: Number(detail['version']) },
      ]),
    );
    for (const { id, events: expected } of this.#requests()) {
      const own = [...events.values()].filter((event) => event.id === id).sort((a, b) => a.version - b.version);
      expectSame(`the events of ${id}`, own.map(({ type }) => type).join(), expected.join());
    }
    const restarts = this.#lanes.filter((lane) => lane instanceof RestartLane);
    const expected = restarts.flatMap(({ spec }) => [...spec.events]);
    const published = [...events]
      .filter(([, { type, id }]) => type.startsWith('RestartTask') && !restarts.some(({ unseen }) => unseen.has(id)))
      .map(([key]) => key);
    const lost = expected.filter((id) => !events.has(id));
    const invented = published.filter((id) => !expected.includes(id));
    if (lost.length + invented.length > 0) differ(`events lost: ${lost.join()}; invented: ${invented.join()}`);
  }

  /** What is answered alerts nobody any more. */
  async #checkAlerts(): Promise<void> {
    const admin = await this.#product.admin();
    const { body } = await admin(listAlerts, { query: { state: 'active', limit: '100' } });
    const answered = this.#requests().filter((request) => request.state !== 'pending');
    for (const { kind, subject } of body.items) {
      if (kind !== 'assistanceRequested' && kind !== 'assistanceUnanswered') continue;
      if (answered.some(({ id }) => id === subject.id)) differ(`${kind} is active, and its request answered`);
    }
  }
}
