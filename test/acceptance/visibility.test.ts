import { beforeEach, describe, expect, test } from "vitest";
import type { Settings } from "../../server/settings/schema.ts";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import {
  changeObject,
  makeObject,
  merge,
  object,
  objectsWith,
} from "./steps/objects.ts";
import { pages } from "./steps/pages.ts";
import type { Path } from "./steps/path.ts";
import { typeOf } from "./steps/path.ts";
import { change, make, objectOf, record } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

interface Listed {
  readonly id: string;
  readonly visible: boolean;
  readonly hubspotId: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

const list = (
  world: World,
  path: Path,
  visible?: "true" | "false" | "all",
): Promise<Listed[]> =>
  pages<Listed>(
    world,
    `/${path}?limit=200${visible === undefined ? "" : `&visible=${visible}`}`,
  );

const named = (path: Path, name: string): Record<string, string> =>
  path === "contacts"
    ? { email: `${name}@visible.example` }
    : { name, domain: `${name}.visible.example` };

describe.each(["contacts", "companies"] as const)(
  "visibility of %s",
  (path) => {
    const at = useWorld();
    const type = typeOf[path];
    const hidden = { [type]: { pull: { visible: false } } };
    beforeEach(() => choose(at.world));

    const idsOf = async (visible?: "true" | "false" | "all") =>
      new Set((await list(at.world, path, visible)).map(({ id }) => id));

    /** The record of an object, hidden or not. */
    const recordOf = async (objectId: string): Promise<Listed> => {
      const found = (await list(at.world, path, "all")).find(
        ({ hubspotId }) => hubspotId === objectId,
      );
      if (found === undefined) throw new Error(`${objectId} has no record.`);
      return found;
    };

    /** What a check says of the choice. */
    const effectsOf = async (visible: boolean) => {
      const { world } = at;
      const { body } = await world.api<{ settings: Settings }>(
        "GET",
        "/settings",
      );
      const { pull } = body.settings[type];
      const checked = await world.api<{ effects: object[] }>(
        "POST",
        "/settings/check",
        {
          settings: {
            ...body.settings,
            [type]: { ...body.settings[type], pull: { ...pull, visible } },
          },
        },
      );
      return checked.body.effects;
    };

    test("AP-084 AP-087 what is pulled is visible by default", async () => {
      const { world } = at;
      const objectId = await makeObject(world, path, named(path, "default"));
      await calm(world);
      expect((await recordOf(objectId)).visible).toBe(true);
      expect(await idsOf()).toEqual(await idsOf("all"));
      expect(await idsOf("false")).toEqual(new Set());
    });

    test("AP-085 AP-087 with visibility off, what was only pulled is hidden at once, and back at once; what the product made, changes, or was matched with is visible", async () => {
      const { world } = at;
      const objectId = await makeObject(world, path, named(path, "pulled"));
      const own = await make(world, path, named(path, "own"));
      await calm(world);
      const { id } = await recordOf(objectId);
      const pulled = (await list(world, path)).filter(
        ({ hubspotId }) => hubspotId !== null,
      );
      expect(await effectsOf(false)).toEqual([
        {
          code: "newly_hidden",
          objectType: type,
          // The product's own record is in HubSpot, too.
          count: pulled.length - 1,
          atLeast: false,
          atMost: false,
          sentence: expect.stringMatching(
            / only pulled will be hidden in the workspace\.$/,
          ) as string,
        },
      ]);
      await choose(world, hidden);
      expect(await effectsOf(true)).toMatchObject([
        { code: "newly_visible", count: pulled.length - 1 },
      ]);
      const later = await makeObject(world, path, named(path, "later"));
      await calm(world);
      const pulledLater = await recordOf(later);

      expect(await idsOf()).not.toContain(id);
      expect(await idsOf("true")).toEqual(await idsOf());
      expect(await idsOf()).toContain(own.id);
      const concealed = await idsOf("false");
      for (const each of [id, pulledLater.id])
        expect(concealed).toContain(each);
      expect(concealed).not.toContain(own.id);
      expect(await idsOf("all")).toEqual(
        new Set([...(await idsOf("true")), ...concealed]),
      );
      expect(await world.api("GET", `/${path}/${id}`)).toMatchObject({
        status: 200,
        body: { id, visible: false },
      });
      const inView = async (of: string) =>
        (
          await inSql<{ visible: boolean }>(
            world,
            `select visible from workspace.${path} where id = $1`,
            [of],
          )
        ).map(({ visible }) => visible);
      expect(await inView(id)).toEqual([false]);
      expect(await inView(own.id)).toEqual([true]);

      // Synced like any other, which takes nothing over.
      await changeObject(world, path, objectId, { city: "Ulm" });
      await calm(world);
      expect(await recordOf(objectId)).toMatchObject({
        visible: false,
        properties: { city: "Ulm" },
      });
      expect(
        await world.api("PATCH", `/${path}/${id}`, {
          properties: { city: "Ulm" },
        }),
      ).toMatchObject({ status: 200, body: { visible: false } });

      expect(
        await world.api("PATCH", `/${path}/${id}`, {
          properties: { phone: "+49 1" },
        }),
      ).toMatchObject({ status: 200, body: { visible: true } });
      await calm(world);
      expect((await object(world, path, objectId)).properties["phone"]).toBe(
        "+49 1",
      );
      await inSql(
        world,
        `update workspace.${path} set phone = '+49 2' where id = $1`,
        [pulledLater.id],
      );
      expect(await inView(pulledLater.id)).toEqual([true]);
      for (const each of [id, pulledLater.id])
        expect(await idsOf()).toContain(each);

      const last = await makeObject(world, path, named(path, "last"));
      await calm(world);
      expect((await recordOf(last)).visible).toBe(false);
      await choose(world);
      expect(await idsOf("false")).toEqual(new Set());
      expect((await recordOf(last)).visible).toBe(true);
    });

    test("AP-085 a hidden record counts for matching: one that the product makes with the same identity makes no second object, and one that is matched is visible", async () => {
      const { world } = at;
      await choose(world, hidden);
      const theirs = await makeObject(world, path, named(path, "known"));
      await calm(world);
      const { id } = await recordOf(theirs);
      const twin = await make(world, path, named(path, "known"));
      await calm(world);
      expect(await record(world, path, twin.id)).toMatchObject({
        hubspotId: null,
        sync: {
          code: path === "contacts" ? "duplicate_email" : "domain_conflict",
        },
      });
      const identity = path === "contacts" ? "email" : "domain";
      expect(
        await objectsWith(
          world,
          path,
          identity,
          named(path, "known")[identity] ?? "",
        ),
      ).toHaveLength(1);
      const twins = await inSql<{ other_id: string }>(
        world,
        "select other_id from workspace.possible_duplicates where record_id = $1",
        [twin.id],
      );
      expect(twins).toEqual([{ other_id: id }]);

      await choose(world, {
        ...hidden,
        automatic: { pull: false, push: true },
      });
      const matched = await makeObject(world, path, named(path, "matched"));
      const own = await make(world, path, named(path, "matched"));
      await calm(world);
      expect(await objectOf(world, path, own.id)).toBe(matched);
      expect((await recordOf(matched)).visible).toBe(true);
    });

    test("AP-085 the list keeps its pages", async () => {
      const { world } = at;
      await choose(world, hidden);
      for (const name of ["a", "b", "c"])
        await makeObject(world, path, named(path, `page-${name}`));
      const made = [];
      for (const name of ["d", "e", "f"])
        made.push((await make(world, path, named(path, `page-${name}`))).id);
      await calm(world);
      const first = await world.api<{ results: Listed[]; next: string | null }>(
        "GET",
        `/${path}?limit=2`,
      );
      expect(first.body.results).toHaveLength(2);
      expect(first.body.next).not.toBeNull();
      const all = await pages<Listed>(world, `/${path}?limit=2`);
      expect(all.every(({ visible }) => visible)).toBe(true);
      for (const id of made) expect(all.map((each) => each.id)).toContain(id);
      const since = await pages<Listed>(
        world,
        `/${path}?limit=2&visible=false&updatedSince=2020-01-01T00:00:00Z`,
      );
      expect(since.length).toBeGreaterThanOrEqual(3);
      expect(since.some(({ visible }) => visible)).toBe(false);
      expect((await world.api("GET", `/${path}?visible=maybe`)).status).toBe(
        400,
      );
    });

    test("AP-085 AP-021 of two that HubSpot merges, the survivor is hidden only if both were", async () => {
      const { world } = at;
      await choose(world, {
        [type]: { mergeSync: true, pull: { visible: false } },
      });
      const pair = async (name: string) => [
        await makeObject(world, path, {
          ...named(path, `${name}-one`),
          city: "Ulm",
        }),
        await makeObject(world, path, {
          ...named(path, `${name}-two`),
          phone: "+49 1",
        }),
      ];
      const [one = "", two = ""] = await pair("both");
      const [kept = "", used = ""] = await pair("half");
      await calm(world);
      await change(world, path, (await recordOf(used)).id, {
        state: "Bavaria",
      });
      await calm(world);
      const both = await merge(world, path, one, two);
      const half = await merge(world, path, kept, used);
      await calm(world);
      expect(await recordOf(both)).toMatchObject({
        visible: false,
        properties: { city: "Ulm", phone: "+49 1" },
      });
      expect(await recordOf(half)).toMatchObject({
        visible: true,
        properties: { city: "Ulm", phone: "+49 1", state: "Bavaria" },
      });
    });
  },
);
