/** What a change of an alert is in its device's timeline: raised, climbed, taken on by somebody, resolved. */
import type { Alert } from '../alerts/model.ts';
import { type Instant, iso } from '../clock.ts';
import { derivedId } from '../ids.ts';
import type { TimelineData } from './data.ts';
import type { TimelineEntry } from './model.ts';

type Happening = { kind: string; title: string; at: Instant; actor?: string };

const happening = (before: Alert | undefined, after: Alert): Happening | undefined => {
  const { title, severity, state, changedAt, acknowledgedBy, acknowledgedAt, resolution } = after;
  if (state === 'resolved') {
    // One that was raised too late to matter has alerted nobody.
    if (!before || before.state === 'resolved') return undefined;
    return { kind: 'AlertResolved', title: `Alert resolved, ${resolution}: ${title}`, at: changedAt };
  }
  if (!before || (after.level ?? 0) > (before.level ?? 0)) {
    return { kind: 'AlertRaised', title: `Alert (${severity}): ${title}`, at: changedAt };
  }
  if (state === before.state || acknowledgedBy === undefined || acknowledgedAt === undefined) return undefined;
  const words = `${acknowledgedBy} took the alert on: ${title}`;
  return { kind: 'AlertAcknowledged', title: words, at: acknowledgedAt, actor: acknowledgedBy };
};

const alertData = ({ kind, severity, state, resolution }: Alert): TimelineData => ({
  alertKind: kind,
  severity,
  ...(state === 'resolved' && resolution !== undefined && { resolution }),
});

/** @returns `undefined` where it is nothing to the device, such as that the admins were told */
export const alertEntry = (before: Alert | undefined, after: Alert): TimelineEntry | undefined => {
  const { id, version, deviceId } = after;
  const happened = deviceId === undefined ? undefined : happening(before, after);
  if (deviceId === undefined || !happened) return undefined;
  const { kind, title, at, actor } = happened;
  return {
    // A millisecond early, so that of one instant the list has the device's own event on top of the alert.
    id: derivedId('evt', at - 1, `${kind}:${id}#${version}`),
    deviceId,
    occurredAt: iso(at),
    kind,
    title,
    data: alertData(after),
    ...(actor !== undefined && { actor }),
    subject: { type: 'alert', id },
  };
};
