/** Whether somebody uses this tab: a page that nobody looks at asks for news less often. */

const EVENTS = ['pointerdown', 'keydown'] as const;

let usedAt = Date.now();

/** For how long nobody has used this tab. */
export const unusedMs = (): number => Date.now() - usedAt;

/** Tells `listener` of each use. @returns what stops that */
export const followUse = (listener: () => void): (() => void) => {
  const used = (): void => {
    usedAt = Date.now();
    listener();
  };
  for (const event of EVENTS) window.addEventListener(event, used, { passive: true, capture: true });
  return () => {
    for (const event of EVENTS) window.removeEventListener(event, used, { capture: true });
  };
};
