/** An approval beside its specification, with what others do while a provider opens the session. */
import type { AssistanceRequest } from '../../lib/assistance/model.ts';
import { type AssistanceSpec, ATTEMPT_MS, type Outcome, SESSION_MS, type SpecRequest } from './assistance-spec.ts';
import { actorOf, type Step } from './assistance-steps.ts';
import type { Meanwhile, System } from './assistance-system.ts';
import { differ, expectSame } from './difference.ts';
import { KILLED, type Result } from './outcome.ts';

type ApproveStep = Extract<Step, { do: 'approve' }>;

export class Approvals {
  readonly #spec: AssistanceSpec;
  readonly #system: System;
  readonly #isOnboarded: () => boolean;
  readonly #apply: (step: Step) => Promise<void>;

  /** @param apply takes a step that comes in between */
  constructor(spec: AssistanceSpec, system: System, isOnboarded: () => boolean, apply: (step: Step) => Promise<void>) {
    this.#spec = spec;
    this.#system = system;
    this.#isOnboarded = isOnboarded;
    this.#apply = apply;
  }

  #stored(request: SpecRequest): AssistanceRequest | undefined {
    return this.#system.store.requests.get(request.id);
  }

  /** An approval has two halves: before the provider is called, and after; others may come in between. */
  async approve(request: SpecRequest, step: ApproveStep): Promise<void> {
    const { connector } = step;
    const begunAt = this.#spec.now;
    const allowed = this.#mayOpen(request, connector);
    let isBegun = false;
    const meanwhile: Meanwhile = async (moment) => {
      if (!isBegun) {
        isBegun = true;
        expectSame('opening a session', 'ok', allowed);
        if (connector === 'teamviewer') request.attempts.set(connector, begunAt + ATTEMPT_MS);
        if (step.meanwhile?.moment === 'before')
          await this.#meanwhile(step.meanwhile.steps, connector === 'teamviewer');
      }
      if (moment === 'after' && step.meanwhile?.moment === 'after')
        await this.#meanwhile(step.meanwhile.steps, connector === 'teamviewer');
      return connector === 'rustdesk' || this.#spec.now < begunAt + ATTEMPT_MS;
    };
    const result = await this.#system.approve(request.id, connector, actorOf(step.by), { ...step, meanwhile });
    if (!isBegun) return this.#notBegun(request, result.outcome, allowed);
    this.#approved(request, step, result, begunAt);
  }

  #mayOpen(request: SpecRequest, connector: ApproveStep['connector']): Outcome {
    const may = this.#spec.mayApprove(request);
    return may === 'ok' && connector === 'teamviewer' && !this.#isOnboarded() ? 'connector_not_onboarded' : may;
  }

  /** To make a link takes no time, but others may come in between all the same. */
  async #meanwhile(steps: readonly Step[], takesTime: boolean): Promise<void> {
    for (const one of steps) if (takesTime || (one.do !== 'wait' && one.do !== 'waitFor')) await this.#apply(one);
  }

  /** The provider was not called: it was refused, or killed before. */
  #notBegun(request: SpecRequest, outcome: Outcome, expected: Outcome): void {
    if (outcome !== KILLED) expectSame('approving', outcome, expected);
    else if (this.#stored(request)?.opening?.teamviewer === this.#spec.now + ATTEMPT_MS) {
      request.attempts.set('teamviewer', this.#spec.now + ATTEMPT_MS);
    }
  }

  #approved(request: SpecRequest, step: ApproveStep, result: Result<AssistanceRequest>, begunAt: number): void {
    const { connector } = step;
    const stored = this.#stored(request);
    const isOurs = connector === 'rustdesk' || request.attempts.get(connector) === begunAt + ATTEMPT_MS;
    const attempts = new Map(request.attempts);
    attempts.delete(connector);
    const may = this.#spec.mayApprove(isOurs ? { ...request, attempts } : request);
    const isFailed = connector === 'teamviewer' && step.fault !== undefined && step.fault.calls !== 'others';
    const expected = isFailed ? 'connector_failed' : may;
    if (result.outcome !== KILLED) expectSame('approving', result.outcome, expected);
    const isSaved = stored?.state === 'approved' && request.state === 'pending';
    if (isSaved) {
      if (expected !== 'ok') differ(`approved although it is ${expected}`);
      const validUntil = stored?.session?.validUntil ?? 0;
      if (connector === 'rustdesk') expectSame('the end of a link', validUntil, this.#spec.now + SESSION_MS.rustdesk);
      this.#spec.approve(request, connector, validUntil);
      return;
    }
    if (!isOurs || connector === 'rustdesk') return;
    // It gave its attempt back, unless it died on the way: then its time runs out.
    const mayBeDead = result.outcome === KILLED || step.crash !== undefined;
    if (!mayBeDead || stored?.opening?.teamviewer !== begunAt + ATTEMPT_MS) request.attempts.delete(connector);
  }
}
