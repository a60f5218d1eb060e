import { copyOf, oddName, oddValue } from "./odd-values.ts";
import type { Random } from "./random.ts";
import { Raw, writeJson } from "./raw-json.ts";

type Place = {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string | number;
};

/**
 * Changes a valid value in one to four places: another value, a missing or a new key, a key that comes twice, a list that
 * is longer, a text beside what it was. The value given stays as it is.
 */
export function mutate(
  value: unknown,
  random: Random,
  known: readonly string[],
): unknown {
  const root = { value: copyOf(value) };
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const places = [...placesOf(root)];
    if (places.length === 0) break;
    change(random.pick(places), random, known);
  }
  return root.value;
}

function* placesOf(holder: Place["holder"]): Generator<Place> {
  const keys: (string | number)[] = Array.isArray(holder)
    ? [...holder.keys()]
    : Object.keys(holder);
  for (const key of keys) {
    yield { holder, key };
    const part = read({ holder, key });
    if (typeof part === "object" && part !== null && !(part instanceof Raw))
      yield* placesOf(part as Place["holder"]);
  }
}

function change(place: Place, random: Random, known: readonly string[]): void {
  const before = read(place);
  switch (random.below(7)) {
    case 0:
      remove(place);
      return;
    case 1:
      write(place, asOtherType(before));
      return;
    case 2:
      write(
        place,
        Array.from({ length: 1 + random.below(5) }, () => copyOf(before)),
      );
      return;
    case 3:
      if (!Array.isArray(place.holder))
        place.holder[oddName(random)] = oddValue(random, known);
      return;
    case 4:
      write(place, twice(before, oddValue(random, known)));
      return;
    default:
      write(place, oddValue(random, known));
  }
}

const read = ({ holder, key }: Place): unknown =>
  (holder as Record<string | number, unknown>)[key];

function write({ holder, key }: Place, value: unknown): void {
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function remove({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[String(key)];
}

function asOtherType(value: unknown): unknown {
  if (typeof value === "number") return String(value);
  if (typeof value === "string")
    return Number.isNaN(Number(value)) ? value.toUpperCase() : Number(value);
  return value === null ? {} : null;
}

/** An object one of whose keys comes twice, with another value first. */
function twice(value: unknown, other: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return other;
  if (value instanceof Raw) return value;
  const text = writeJson(value);
  const [name] = Object.keys(value);
  return name === undefined
    ? other
    : new Raw(`{${JSON.stringify(name)}:${writeJson(other)},${text.slice(1)}`);
}
