/**
 * One tab of this browser watches for all of them: the one that holds a lock. What it hears goes to the others through a
 * channel. Where a browser has no locks, channels or workers, each tab watches by itself.
 */
import { workerUrl } from '../session/settings.ts';
import { type Command, type News, startWatch } from './watch.ts';

const LOCK = 'remote-assist.watch';
const CHANNEL = 'remote-assist.news';

type Watch = { send: (command: Command) => void; stop: () => void };

/** The policy wants a worker's address to come from a trusted place: this one is of our own origin. */
const trusted = (url: string): string => {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy: (name: string, rules: object) => { createScriptURL: (url: string) => string } };
  };
  return (
    trustedTypes
      ?.createPolicy('remote-assist-worker', { createScriptURL: (given: string) => given })
      .createScriptURL(url) ?? url
  );
};

const inTab = (tell: (news: News) => void): Watch => {
  const send = startWatch(tell);
  return { send, stop: () => send({ kind: 'token', token: undefined }) };
};

const inWorker = (tell: (news: News) => void): Watch => {
  const worker = new Worker(trusted(workerUrl), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<News>) => tell(data));
  return { send: (command) => worker.postMessage(command), stop: () => worker.terminate() };
};

const watch = (tell: (news: News) => void): Watch => {
  try {
    return inWorker(tell);
  } catch {
    return inTab(tell);
  }
};

export type LeaderOptions = {
  /** The token as it is now; `undefined` once the session is over. */
  token: () => string | undefined;
  tell: (news: News) => void;
};

const openChannel = (): BroadcastChannel | undefined => {
  try {
    return new BroadcastChannel(CHANNEL);
  } catch {
    return undefined;
  }
};

/** Takes part in watching. @returns what passes commands on, and takes part no more */
export const takePart = ({ token, tell }: LeaderOptions): Watch => {
  const channel = openChannel();
  let own: Watch | undefined;
  const release = Promise.withResolvers<void>();

  const lead = (): void => {
    own = watch((news) => {
      // A token that ended is this tab's own matter; the others have theirs.
      if (news.kind !== 'signedOut') channel?.postMessage({ news });
      tell(news);
    });
    own.send({ kind: 'token', token: token() });
  };

  channel?.addEventListener('message', ({ data }: MessageEvent<{ news?: News; command?: Command }>) => {
    if (data.news) tell(data.news);
    if (data.command) own?.send(data.command);
  });
  if (channel && navigator.locks) {
    void navigator.locks.request(LOCK, async () => {
      if (token() === undefined) return;
      lead();
      await release.promise;
      own?.stop();
    });
  } else lead();

  return {
    send: (command) => {
      if (own) own.send(command);
      // Whoever leads has a token of its own.
      else if (command.kind !== 'token') channel?.postMessage({ command });
    },
    stop: () => {
      release.resolve();
      if (!navigator.locks) own?.stop();
      channel?.close();
    },
  };
};
