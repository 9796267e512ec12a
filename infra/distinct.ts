/** Lists in which nothing may stand twice. */

/** Whether each of these differs from the others, however it is written: `A` is `a`. */
export const areDistinct = (values: readonly string[]): boolean =>
  new Set(values.map((value) => value.toLowerCase())).size === values.length;
