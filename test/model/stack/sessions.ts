/** The sessions at the provider, which is a fake, and what must be true of them. */
import type { Id } from '../../../lib/ids.ts';
import type { TeamViewerFake } from '../../fakes/teamviewer/fake.ts';
import { isOpen, type SpecRequest } from '../assistance-spec.ts';
import { differ } from '../difference.ts';
import type { Chance } from './chance.ts';

export class Sessions {
  readonly #fake: TeamViewerFake;

  constructor(fake: TeamViewerFake) {
    this.#fake = fake;
  }

  #openOf(id: Id) {
    return this.#fake.sessions().filter(({ custom_api = '', state }) => state === 'open' && custom_api.includes(id));
  }

  /** There is one session for a request at most, whatever was killed when. */
  checkSingle(requests: readonly SpecRequest[]): void {
    for (const { id } of requests) {
      const { length } = this.#openOf(id);
      if (length > 1) differ(`${id} has ${length} sessions`);
    }
  }

  /** There is none whose request is over. */
  checkClosed(requests: readonly SpecRequest[]): void {
    for (const request of requests) {
      if (isOpen(request) || this.#openOf(request.id).length === 0) continue;
      differ(`${request.id} is ${request.state}, and its session open`);
    }
  }

  /** @returns the requests whose sessions their provider ends now */
  endSome(requests: readonly SpecRequest[], chance: Chance): ReadonlySet<Id> {
    const ended = new Set<Id>();
    for (const { id, session } of requests.filter(isOpen)) {
      if (session?.connector !== 'teamviewer' || !chance.once(4)) continue;
      const [own] = this.#openOf(id);
      if (!own) differ(`the session of ${id} is not open at its provider`);
      else this.#fake.closeSession(own.code);
      ended.add(id);
    }
    return ended;
  }
}
