/** The worker that watches for news while its tab is in the background. */
import * as z from 'zod/mini';
import { type Command, startWatch } from './watch.ts';

// The policy forbids code from text, which zod would otherwise try.
z.config({ jitless: true });

const command = startWatch((news) => self.postMessage(news));
self.addEventListener('message', ({ data }: MessageEvent<Command>) => command(data));
