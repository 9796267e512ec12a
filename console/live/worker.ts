/** The worker that watches for news while its tab is in the background. */
import { type Command, startWatch } from './watch.ts';

const command = startWatch((news) => self.postMessage(news));
self.addEventListener('message', ({ data }: MessageEvent<Command>) => command(data));
