/** Notifications of the browser and a sound, for whoever switched them on in it. */
import { browserStore } from '../ui/storage.ts';

const KEY = 'notify';
const ON = 'on';
const TONE_HZ = 660;
const TONE_SECONDS = 0.25;

export const isNotifying = (): boolean =>
  browserStore.get(KEY) === ON && 'Notification' in window && Notification.permission === 'granted';

/** Asks the browser for leave, which must come from a click. @returns whether it was given */
export const startNotifying = async (): Promise<boolean> => {
  if (!('Notification' in window) || (await Notification.requestPermission()) !== 'granted') return false;
  browserStore.set(KEY, ON);
  return true;
};

export const stopNotifying = (): void => browserStore.remove(KEY);

const sound = (): void => {
  const context = new AudioContext();
  const tone = context.createOscillator();
  tone.frequency.value = TONE_HZ;
  tone.connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + TONE_SECONDS);
  tone.addEventListener('ended', () => void context.close());
};

/** One notification for however many tabs: the same tag replaces it. */
export const notify = (text: string): void => {
  if (!isNotifying()) return;
  try {
    new Notification(text, { tag: 'remote-assist.request' });
    if (document.visibilityState === 'hidden') sound();
  } catch {
    // A browser that takes the permission and no notification, such as Chrome on Android: the title says it.
  }
};
