import type { ObjectType } from "../../settings/object-type.ts";
import { mergedIdsProperty, paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import type { CallOptions, ListPage, ListQuery } from "../gateway.ts";
import { nextAfter, readObjects } from "../read-object.ts";
import { timingOf } from "../timing.ts";
import { readByIds } from "./read.ts";

/** Beyond this a URL may be refused (414); the properties are then read with a second call, whose body holds them. */
const longestPath = 6_000;

/** One page of all objects of a type. */
export async function listObjects(
  call: Caller,
  type: ObjectType,
  query: ListQuery,
  options: CallOptions,
): Promise<ListPage> {
  const pathWith = (properties: readonly string[]): string =>
    paths.objects(type, {
      limit: String(query.limit ?? 100),
      after: query.after,
      properties: [...new Set([...properties, mergedIdsProperty])].join(","),
      associations: query.associations,
      archived: query.archived ? "true" : undefined,
    });
  const whole = pathWith(query.properties);
  const tooLong = whole.length > longestPath;
  const { body } = await call(
    {
      method: "GET",
      path: tooLong ? pathWith([]) : whole,
      write: false,
      limit: "general",
      capability: `read:${type}`,
      kind: "list",
    },
    timingOf(options),
  );
  const withAssociations = query.associations !== undefined;
  const objects = readObjects(type, body, withAssociations);
  const next = nextAfter(body);
  if (!tooLong) return { objects, next };
  const read = await readByIds(
    call,
    type,
    objects.map(({ id }) => id),
    { properties: query.properties, archived: query.archived ?? false },
    options,
  );
  return {
    objects: objects.flatMap((listed) => {
      const object = read.get(listed.id);
      if (object === undefined || object === null) return [];
      return [{ ...listed, ...object }];
    }),
    next,
  };
}
