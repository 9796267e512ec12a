/**
 * The notice of an alert as an event on the bus: what webhooks are made from. It has the alert as the API shows it, and
 * texts that the rules' input transformers put into a message as they are, since those can escape nothing.
 */
import type * as api from '../api/alerts.ts';
import { iso } from '../clock.ts';
import type { Id } from '../ids.ts';
import { consolePath } from './console-path.ts';
import { type Alert, alertView, type NoticeType } from './model.ts';
import { printable } from './printable.ts';
import { headlineOf } from './words.ts';

export type NoticeEvent = {
  type: NoticeType;
  detail: {
    id: Id;
    version: number;
    occurredAt: string;
    alert: api.Alert & { version: number };
    text: { headline: string; details: string; slack: string };
    /** Where in the console it is looked at; the rules put the console's address before it. */
    consolePath: string;
  };
};

/** What Slack makes bold, slanted, struck out or code of, and what looks like it. */
const MARKS: Readonly<Record<string, string>> = { '*': '∗', _: '＿', '~': '∼', '`': 'ˋ' };

/**
 * Slack's control characters (https://docs.slack.dev/messaging/formatting-message-text): with them escaped, a name can
 * call nobody and link nowhere; and without its marks it formats nothing.
 */
const forSlack = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, (mark) => MARKS[mark] ?? mark);

const detailsOf = ({ kind, deviceName, changedAt, id }: Alert): string =>
  [kind, ...(deviceName === undefined ? [] : [deviceName]), iso(changedAt), id].join(' · ');

export const noticeEvent = (told: Alert): NoticeEvent => {
  const alert = printable(told);
  const version = alert.notice?.version ?? alert.version;
  const headline = headlineOf(alert);
  const details = detailsOf(alert);
  return {
    type: alert.state === 'resolved' ? 'AlertResolved' : 'AlertRaised',
    detail: {
      id: alert.id,
      version,
      occurredAt: iso(alert.changedAt),
      alert: { ...alertView(alert), version },
      text: { headline, details, slack: forSlack(`${headline}\n${details}`) },
      consolePath: consolePath(alert),
    },
  };
};
