/**
 * How fast the heaps of a function's workers grow: one slope for all of them, each with a level of its own (least squares
 * with fixed effects), because workers come and go, and a young one is smaller than an old one.
 */

/** `x` in any unit of time. */
export type Point = { readonly x: number; readonly y: number };

/** In units of y by x: the slope, and how far it may be off, at 95 % confidence. */
export type Slope = { readonly slope: number; readonly margin: number; readonly points: number };

/** Student's t at 97.5 %, by the Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5): within 1 % from 5 on. */
const studentT = (degrees: number): number => {
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2);
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const FEWEST_DEGREES = 5;

/** @returns `undefined` where there are too few points to say */
export const slopeOf = (groups: readonly (readonly Point[])[]): Slope | undefined => {
  const followed = groups.filter((points) => points.length > 1);
  const centred = followed.flatMap((points) => {
    const [x, y] = [mean(points.map((point) => point.x)), mean(points.map((point) => point.y))];
    return points.map((point) => ({ x: point.x - x, y: point.y - y }));
  });
  const degrees = centred.length - followed.length - 1;
  if (degrees < FEWEST_DEGREES) return undefined;
  const spread = centred.reduce((sum, { x }) => sum + x * x, 0);
  const slope = centred.reduce((sum, { x, y }) => sum + x * y, 0) / spread;
  const residual = centred.reduce((sum, { x, y }) => sum + (y - slope * x) ** 2, 0) / degrees;
  return { slope, margin: studentT(degrees) * Math.sqrt(residual / spread), points: centred.length };
};
