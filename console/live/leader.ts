/**
 * One tab of this browser watches for all of them: the one that holds a lock. What it hears goes to the others through a
 * channel. Where a browser has no locks or channels, each tab watches by itself.
 */
import type { Command, News } from './watch.ts';
import { type Watch, watchForNews } from './watching.ts';

const LOCK = 'remote-assist.watch';
const CHANNEL = 'remote-assist.news';

/** What tabs tell each other. `hello`: a tab has come, and knows nothing yet. */
type Message = { news: News } | { command: Command } | { hello: true };

export type LeaderOptions = {
  /** The token as it is now; `undefined` once the session is over. */
  token: () => string | undefined;
  tell: (news: News) => void;
  /** Whether this tab watches for all. */
  lead: (isLeader: boolean) => void;
};

const openChannel = (): BroadcastChannel | undefined => {
  try {
    return navigator.locks ? new BroadcastChannel(CHANNEL) : undefined;
  } catch {
    return undefined;
  }
};

/** Takes part in watching. @returns what passes commands on, and takes part no more */
export const takePart = ({ token, tell, lead }: LeaderOptions): Watch => {
  const channel = openChannel();
  const stopping = new AbortController();
  let own: Watch | undefined;
  let lastOverview: News | undefined;

  const post = (message: Message): void => {
    if (!stopping.signal.aborted) channel?.postMessage(message);
  };

  /** Resolves when this tab leads no more: it stops, or its person may not. */
  const watchForAll = (): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        own?.stop();
        own = undefined;
        lead(false);
        resolve();
      };
      own = watchForNews((news) => {
        if (stopping.signal.aborted) return;
        if (news.kind === 'overview') lastOverview = news;
        // A token that is refused is this tab's own matter; the others have theirs.
        if (news.kind !== 'refused') post({ news });
        tell(news);
        if (news.kind === 'refused') end();
      });
      own.send({ kind: 'token', token: token() });
      lead(true);
      stopping.signal.addEventListener('abort', end);
    });

  channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if ('news' in data) tell(data.news);
    else if ('command' in data) own?.send(data.command);
    else if (own && lastOverview) post({ news: lastOverview });
  });

  if (channel) {
    post({ hello: true });
    navigator.locks
      .request(LOCK, { signal: stopping.signal }, async () => {
        if (token() !== undefined) await watchForAll();
      })
      .catch(() => {
        // Stopped before its turn came.
      });
  } else void watchForAll();

  return {
    send: (command) => {
      if (own) own.send(command);
      // Whoever leads has a token of its own.
      else if (command.kind !== 'token') post({ command });
    },
    stop: () => {
      stopping.abort();
      channel?.close();
    },
  };
};
