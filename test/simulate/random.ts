/** Chance that can be repeated: the same seed gives the same numbers, on every machine. */

/** @returns from 0 up to 1, each time it is called */
export type Random = () => number;

/** The generator "sfc32" (Chris Doty-Humphrey, PractRand), which is small, fast and good enough for millions of draws a second. */
export const seededRandom = (seed: number): Random => {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let counter = 1;
  const next: Random = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11) | 0) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // Seeds that are alike give numbers that are alike, until they are mixed.
  for (let i = 0; i < 20; i += 1) next();
  return next;
};
