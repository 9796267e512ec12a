/** What the page was given: its stage's settings and the address of the worker. */
import type { ConsoleSettings } from '../../lib/api/console.ts';

const meta = (name: string): string => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';

export const settings = JSON.parse(meta('settings')) as ConsoleSettings;

/** The address of the worker that watches for news, on this origin. */
export const workerUrl = meta('worker');
