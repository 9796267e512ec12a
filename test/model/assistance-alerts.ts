/** What the admins must be told of a request, once everything has come to rest. */
import type { Alert } from '../../lib/alerts/model.ts';
import { type AssistanceSpec, FOUR_HOURS, type SpecRequest } from './assistance-spec.ts';
import type { System } from './assistance-system.ts';
import { differ, expectSame } from './difference.ts';

const DAY = 24 * 60 * 60_000;

const SEVERITIES = ['none', 'info', 'warning', 'critical'];

/** That nobody answered is of interest until the person asks again, the device is retired, or a day has passed. */
const isExpiryOver = (spec: AssistanceSpec, { id, device, createdAt }: SpecRequest): boolean => {
  const goneAt = createdAt + FOUR_HOURS;
  const later = [...spec.requests.values()].filter((other) => other.device === device && other.id !== id);
  const retiredAt = spec.devices.get(device)?.retiredAt ?? 0;
  return later.some((other) => other.createdAt >= goneAt) || retiredAt >= goneAt || spec.now >= goneAt + DAY;
};

const expectResolved = (alert: Alert | undefined, what: string, isOver: boolean): void =>
  expectSame(`whether ${what} is resolved`, alert?.state === 'resolved', isOver);

/** @param mayTellTwice somebody died after telling and before noting it */
export const checkAlerts = (spec: AssistanceSpec, { store, told }: System, mayTellTwice: boolean): void => {
  const all = [...store.alerts.values()];
  for (const request of spec.requests.values()) {
    const of = (kind: string) => {
      const own = all.filter((alert) => alert.kind === kind && alert.subject.id === request.id);
      if (own.length > 1) differ(`${request.id} has ${own.length} alerts ${kind}`);
      return own[0];
    };
    const [requested, unanswered, expired] = ['assistanceRequested', 'assistanceUnanswered', 'assistanceExpired'].map(
      of,
    );
    const isAnswered = request.state !== 'pending';
    expectResolved(requested, 'assistanceRequested', isAnswered);
    expectSame('whether assistanceUnanswered is there', unanswered !== undefined, request.level > 0);
    if (unanswered) {
      expectResolved(unanswered, 'assistanceUnanswered', isAnswered);
      if (!isAnswered) expectSame('the severity', unanswered.severity, SEVERITIES[request.level]);
    }
    expectSame('whether assistanceExpired is there', expired !== undefined, request.state === 'gone');
    if (expired) expectResolved(expired, 'assistanceExpired', isExpiryOver(spec, request));
  }
  for (const alert of all) {
    if (alert.notice) differ(`nobody was told of ${alert.kind}`);
    if (alert.state !== 'resolved' && alert.notifiedAt === undefined) differ(`nobody was told of ${alert.kind}`);
  }
  const tellings = told.map(({ channel, alert: { id, state, level } }) => `${channel} ${id} ${state} ${level}`);
  if (!mayTellTwice && new Set(tellings).size < tellings.length) differ('the admins were told twice');
};
