/** What the bus and the alerts have told in the end, beside what had to be told. */
import { listAlerts } from '../../../lib/api/alerts.ts';
import type { Client } from '../../../lib/api/client.ts';
import type { Id } from '../../../lib/ids.ts';
import { type BusEvent, events } from '../../integration/support/stack.ts';
import type { SpecRequest } from '../assistance-spec.ts';
import { differ, expectSame } from '../difference.ts';
import type { RestartLane } from './restart-lane.ts';

/** All events that the bus had since the run began to look. */
export class SeenEvents {
  readonly #url: string;
  readonly all: BusEvent[] = [];
  readonly #versions = new Map<Id, number>();

  constructor(url: string) {
    this.#url = url;
  }

  async look(): Promise<void> {
    for (let page: BusEvent[] | undefined; page === undefined || page.length > 0; ) {
      page = await events(this.#url, this.all.at(-1)?.id);
      for (const { detail } of page) {
        const id = String(detail['id']);
        this.#versions.set(id, Math.max(this.#versions.get(id) ?? 0, Number(detail['version'])));
      }
      this.all.push(...page);
    }
  }

  lastVersionOf(id: Id): number | undefined {
    return this.#versions.get(id);
  }
}

const keyOf = ({ 'detail-type': type, detail }: BusEvent): string => `${type}:${detail['id']}#${detail['version']}`;

/** Every change of a state was published, once for each id, and nothing else. */
export const checkEvents = (
  seen: readonly BusEvent[],
  requests: readonly SpecRequest[],
  lanes: readonly RestartLane[],
): void => {
  const events = new Map(seen.map((event) => [keyOf(event), event]));
  const byEntity = Map.groupBy(events.values(), ({ detail }) => String(detail['id']));
  for (const { id, events: expected } of requests) {
    const own = byEntity.get(id) ?? [];
    own.sort((a, b) => Number(a.detail['version']) - Number(b.detail['version']));
    expectSame(`the events of ${id}`, own.map((event) => event['detail-type']).join(), expected.join());
    if (new Set(own.map(({ detail }) => detail['version'])).size < own.length)
      differ(`two events of ${id} have one id`);
  }
  for (const lane of lanes) {
    const { spec, jobs } = lane;
    const published = [...events]
      .filter(([, { 'detail-type': type, detail }]) => {
        const isOfTask = type.startsWith('RestartTask') && spec.devices.has(String(detail['deviceId']));
        return isOfTask && !jobs.unseen.has(String(detail['id']));
      })
      .map(([key]) => key);
    const lost = [...spec.events].filter((key) => !events.has(key));
    const invented = published.filter((key) => !spec.events.has(key));
    if (lost.length + invented.length > 0) differ(`events lost: ${lost.join()}; invented: ${invented.join()}`);
    for (const id of jobs.ids) {
      const state = jobs.rested(id)?.state ?? 'unknown';
      const told = (byEntity.get(id) ?? []).map(({ 'detail-type': type, detail }) => `${type} ${detail['state']}`);
      expectSame(`the events of ${id}`, told.join(), state === 'running' ? '' : `RestartJobEnded ${state}`);
    }
  }
};

/** What is answered alerts nobody any more. */
export const checkAlerts = async (admin: Client, requests: readonly SpecRequest[]): Promise<void> => {
  const answered = new Set(requests.filter(({ state }) => state !== 'pending').map(({ id }) => id));
  for (let cursor: string | undefined, isLast = false; !isLast; isLast = cursor === undefined) {
    const query = { state: 'active', limit: '100', ...(cursor !== undefined && { cursor }) } as const;
    const { body } = await admin(listAlerts, { query });
    for (const { kind, subject } of body.items) {
      if (kind !== 'assistanceRequested' && kind !== 'assistanceUnanswered') continue;
      if (answered.has(subject.id)) differ(`${kind} is active, and ${subject.id} answered`);
    }
    cursor = body.nextCursor;
  }
};
