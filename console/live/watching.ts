/** Runs a watch in a worker, or in the tab itself where the browser has no workers or does not let one start. */
import { workerUrl } from '../session/settings.ts';
import { type Command, type News, startWatch } from './watch.ts';

export type Watch = { send: (command: Command) => void; stop: () => void };

type UrlPolicy = { createScriptURL: (url: string) => string };
type TrustedTypes = { createPolicy: (name: string, rules: UrlPolicy) => UrlPolicy };

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };

/** The page's policy wants to know by whom a worker's address was checked: this one is of our own page. */
const policy = trustedTypes?.createPolicy('remote-assist-worker', { createScriptURL: (url) => url });

const inTab = (tell: (news: News) => void): Watch => {
  const send = startWatch(tell);
  return { send, stop: () => send({ kind: 'token', token: undefined }) };
};

const inWorker = (tell: (news: News) => void, onFailed: () => void): Watch => {
  const worker = new Worker(policy?.createScriptURL(workerUrl) ?? workerUrl, { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<News>) => tell(data));
  worker.addEventListener('error', () => {
    worker.terminate();
    onFailed();
  });
  return { send: (command) => worker.postMessage(command), stop: () => worker.terminate() };
};

/** Watches as soon as it is sent a token. */
export const watchForNews = (tell: (news: News) => void): Watch => {
  let lastToken: Command | undefined;
  let current: Watch;
  try {
    current = inWorker(tell, () => {
      current = inTab(tell);
      if (lastToken) current.send(lastToken);
    });
  } catch {
    current = inTab(tell);
  }
  return {
    send: (command) => {
      if (command.kind === 'token') lastToken = command;
      current.send(command);
    },
    stop: () => current.stop(),
  };
};
