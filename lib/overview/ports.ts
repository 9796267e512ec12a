/** What the overview is made from. Each is asked for what it takes to count to one more than is said, and no more. */
import type { Severity } from '../api/alerts.ts';
import type { Instant } from '../clock.ts';
import type { Registry } from '../connectors/model.ts';

export type OverviewSources = {
  /** Requests that wait, those left out whose four hours are over; and when the first of them was made. */
  pendingRequests(now: Instant, most: number): Promise<{ count: number; oldestAt?: Instant }>;
  activeAlerts(now: Instant, most: number): Promise<Readonly<Record<Severity, number>>>;
  openTasks(most: number): Promise<number>;
  /** All of them, whatever their number. */
  deviceCount(): Promise<number>;
  connectors(): Promise<Registry>;
};
