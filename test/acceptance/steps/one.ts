/** An entry of a list that must be there. */
export function one<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`There is no ${index}.`);
  return found;
}
