/** Every page of the console: its address, its place in the navigation, and what loads it. A new page is one line. */
import type { ComponentType } from 'react';
import type { Role } from '../../lib/api/operation.ts';
import type { NavigationWords } from './words.ts';

export type Page = {
  /** Below `/console`. */
  readonly path: string;
  /** Its link in the navigation, by the name of its word. */
  readonly nav?: keyof NavigationWords;
  /** Absent from the navigation, and not shown, below this role. */
  readonly role?: Role;
  readonly load: () => Promise<ComponentType>;
};

export const PAGES: readonly Page[] = [
  {
    path: '/requests',
    nav: 'requests',
    load: async () => (await import('../features/requests/page.tsx')).RequestsPage,
  },
  { path: '/requests/:id', load: async () => (await import('../features/requests/request-page.tsx')).RequestPage },
  { path: '/alerts', nav: 'alerts', load: async () => (await import('../features/alerts/page.tsx')).AlertsPage },
  { path: '/devices', nav: 'devices', load: async () => (await import('../features/devices/page.tsx')).DevicesPage },
  { path: '/devices/:id', load: async () => (await import('../features/devices/device-page.tsx')).DevicePage },
  { path: '/groups', nav: 'groups', load: async () => (await import('../features/groups/page.tsx')).GroupsPage },
  { path: '/groups/:id', load: async () => (await import('../features/groups/group-page.tsx')).GroupPage },
  { path: '/jobs', nav: 'jobs', load: async () => (await import('../features/jobs/page.tsx')).JobsPage },
  { path: '/jobs/:id', load: async () => (await import('../features/jobs/job-page.tsx')).JobPage },
  {
    path: '/connectors',
    nav: 'connectors',
    load: async () => (await import('../features/connectors/page.tsx')).ConnectorsPage,
  },
  {
    path: '/enrolment',
    nav: 'enrolment',
    role: 'admin',
    load: async () => (await import('../features/enrolment/page.tsx')).EnrolmentPage,
  },
  {
    path: '/audit',
    nav: 'audit',
    role: 'admin',
    load: async () => (await import('../features/audit/page.tsx')).AuditPage,
  },
];

/** Where `/console/` leads. */
export const START = '/requests';
