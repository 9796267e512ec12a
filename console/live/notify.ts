/** Notifications of the browser and a sound, for whoever switched them on in it. */
import { useSyncExternalStore } from 'react';
import { browserStore } from '../ui/storage.ts';

const KEY = 'notify';
const ON = 'on';
const TONE_HZ = 660;
const TONE_SECONDS = 0.25;

const isNotifying = (): boolean =>
  browserStore.get(KEY) === ON && 'Notification' in window && Notification.permission === 'granted';

const listeners = new Set<() => void>();
const tellListeners = (): void => {
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  // Another tab of the browser may switch it.
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
};

export const useIsNotifying = (): boolean => useSyncExternalStore(subscribe, isNotifying);

/** Asks the browser for leave, which must come from a click. @returns whether it was given */
export const startNotifying = async (): Promise<boolean> => {
  if (!('Notification' in window) || (await Notification.requestPermission()) !== 'granted') return false;
  browserStore.set(KEY, ON);
  tellListeners();
  return true;
};

export const stopNotifying = (): void => {
  browserStore.remove(KEY);
  tellListeners();
};

const sound = (): void => {
  const context = new AudioContext();
  const tone = context.createOscillator();
  tone.frequency.value = TONE_HZ;
  tone.connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + TONE_SECONDS);
  tone.addEventListener('ended', () => void context.close());
};

/** @param id of what it is about, for which a browser shows one notification; a click on it leads there */
export const notify = (id: string, text: string): void => {
  try {
    const notification = new Notification(text, { tag: `remote-assist.${id}` });
    notification.addEventListener('click', () => {
      window.focus();
      window.location.assign(`/console/requests/${id}`);
    });
    sound();
  } catch {
    // A browser that takes the permission and no notification, such as Chrome on Android: the title says it.
  }
};
