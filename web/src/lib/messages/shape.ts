/** The shape of a catalogue in any language: the same keys, texts for texts and the same
 *  parameters for functions, whatever the words. */
export type Shape<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : Shape<T[K]>;
};

/** One or many: `plural(n, 'line', 'lines')` is "1 line", "3 lines". */
export function plural(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
