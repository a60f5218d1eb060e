/**
 * Takes away what an object inherits, and returns it: a name that comes from outside may well be "constructor" or
 * "__proto__", and must lead to nothing unless it is the object's own.
 */
export function withoutInherited<T extends object>(values: T): T {
  Object.setPrototypeOf(values, null);
  return values;
}
