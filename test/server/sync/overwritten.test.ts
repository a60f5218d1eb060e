import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { toJson } from "../../../server/database/json.ts";
import type { HubSpotObject } from "../../../server/hubspot/gateway.ts";
import { journalOverwritten } from "../../../server/sync/journal/overwritten.ts";
import type { PropertyEvent } from "../../../server/sync/journal/overwritten.ts";
import { useDatabase } from "../../database.ts";

const at = useDatabase();
let portalId = 100;

const objectId = "77";
const minute = 60_000;
const now = Date.now();

interface Story {
  /** What we sent, and when (ms from now). */
  readonly sent?: string;
  readonly sentAt?: number;
  readonly answered?: boolean;
  readonly base: string;
  /** What the journal says our write replaced. */
  readonly before?: string;
  readonly linked?: boolean;
  /** The link has ended, this long before the events (ms). */
  readonly endedFor?: number;
  /** Undefined: HubSpot no longer has the object. */
  readonly held: string | null | undefined;
  /** When the object was last seen (ms from now). */
  readonly seenAt?: number;
  readonly events: readonly { readonly value: string; readonly at?: number }[];
}

/** Plays a story and answers the journal's lines of unseen overwrites. */
async function told(story: Story, times = 1): Promise<unknown[]> {
  const portal = ++portalId;
  const record = randomUUID();
  const { sent, sentAt = 0, answered = true } = story;
  return at.database.inPortal(portal, async (db) => {
    await sql`insert into record (portal_id, id, object_type) values (${portal}, ${record}, 'contact')`.execute(
      db,
    );
    const endedFor = story.endedFor ?? (story.linked === false ? null : 0);
    await sql`insert into link (portal_id, object_type, record_id, object_id, state, ended_at, seen_at, base)
      values (${portal}, 'contact', ${record}, ${objectId}, ${endedFor === 0 ? "live" : "merged-away"},
        ${endedFor === 0 || endedFor === null ? null : new Date(now - endedFor)},
        ${story.seenAt === undefined ? null : new Date(now + story.seenAt)},
        ${toJson({ job_title: { w: story.base, h: story.base, p: "jobtitle", c: "" } })}::jsonb)`.execute(
      db,
    );
    if (sent !== undefined) {
      const moment = new Date(now + sentAt);
      await sql`insert into attempt (portal_id, id, object_type, record_id, object_id, operation, sent, initiator, claimed, claim_ends_at,
          created_at, answer, settled_at)
        values (${portal}, ${randomUUID()}, 'contact', ${record}, ${objectId}, 'update', ${toJson({ jobtitle: { h: sent, w: sent } })}::jsonb,
          'workspace', false, now(), ${moment}, ${answered ? '{"kind": "result"}' : null}::jsonb, ${answered ? moment : null})`.execute(
        db,
      );
      const changes = [
        {
          field: "job_title",
          property: "jobtitle",
          side: "hubspot",
          before: story.before ?? null,
          after: sent,
        },
      ];
      await sql`insert into journal (portal_id, at, object_type, record_id, object_id, action, source, initiator, code, reason, changes)
        values (${portal}, ${moment}, 'contact', ${record}, ${objectId}, 'updated', 'product', 'workspace', 'updated', '', ${toJson(changes)}::jsonb)`.execute(
        db,
      );
    }
    const object: HubSpotObject = {
      id: objectId,
      objectType: "contact",
      properties: { jobtitle: story.held ?? null },
      createdAt: new Date(now),
      updatedAt: new Date(now),
      archived: false,
      mergedIds: [],
    };
    const events = story.events.map((event): PropertyEvent => ({
      objectId,
      property: "jobtitle",
      value: event.value,
      occurredAt: new Date(now + (event.at ?? 0)),
    }));
    for (let n = 0; n < times; n++)
      await journalOverwritten(db, portal, "contact", {
        account: { source: "webhook", by: "", runId: null },
        events,
        objects: new Map(story.held === undefined ? [] : [[objectId, object]]),
      });
    const { rows } = await sql`
      select record_id = ${record} as ours, object_id, action, source, code, changes, reason ~ 'jobtitle.*T.*Z' as reasoned
      from journal where code = 'overwritten_unseen'`.execute(db);
    return rows;
  });
}

const overwritten = (before: string, after: string) => [
  {
    ours: true,
    object_id: objectId,
    action: "overwritten",
    source: "webhook",
    code: "overwritten_unseen",
    changes: [
      {
        field: "job_title",
        property: "jobtitle",
        side: "hubspot",
        before,
        after,
      },
    ],
    reasoned: true,
  },
];

test("a value that our own write replaced before we had read it goes into the journal", async () => {
  const story: Story = {
    sent: "CTO",
    base: "CTO",
    before: "Engineer",
    held: "CTO",
    events: [{ value: "Manager", at: -1000 }],
  };
  expect(await told(story)).toEqual(overwritten("Manager", "CTO"));
});

test("also where the link has just ended, with the object's deletion perhaps", async () => {
  const story: Story = {
    base: "sent",
    sent: "sent",
    held: "sent",
    events: [{ value: "typed", at: -1_000 }],
  };
  expect(await told({ ...story, endedFor: -1_000 })).toHaveLength(1);
  expect(await told({ ...story, endedFor: 60 * minute })).toHaveLength(0);
});

test("of an object that HubSpot no longer has, the base says what replaced it, if it was seen afterwards", async () => {
  const story: Story = {
    sent: "CTO",
    base: "CTO",
    before: "Engineer",
    held: undefined,
    endedFor: -1_000,
    seenAt: 0,
    events: [{ value: "Manager", at: -1_000 }],
  };
  expect(await told(story)).toEqual(overwritten("Manager", "CTO"));
  // Typed after that: the person deleted it with the object.
  expect(await told({ ...story, seenAt: -2_000 })).toEqual([]);
  expect(await told({ ...story, base: "Engineer" })).toEqual([]);
});

test("of an object that HubSpot no longer has, our own write's event says so as well, though its answer is not there yet", async () => {
  const story: Story = {
    sent: "CTO",
    base: "Engineer",
    answered: false,
    held: undefined,
    events: [
      { value: "Manager", at: -1_000 },
      { value: "CTO", at: 0 },
    ],
  };
  expect(await told(story)).toEqual(overwritten("Manager", "CTO"));
  expect(
    await told({
      ...story,
      events: [
        { value: "Manager", at: 0 },
        { value: "CTO", at: -1_000 },
      ],
    }),
  ).toEqual([]);
});

test("our own write's event in the same batch hides nothing, also if a person has typed over our value since", async () => {
  const story: Story = {
    sent: "CTO",
    base: "CTO",
    before: "Engineer",
    held: "CTO",
    events: [
      { value: "Manager", at: -1_000 },
      { value: "CTO", at: 0 },
    ],
  };
  expect(await told(story)).toEqual(overwritten("Manager", "CTO"));
  expect(
    await told({
      ...story,
      held: "Director",
      events: [...story.events, { value: "Director", at: 1_000 }],
    }),
  ).toEqual(overwritten("Manager", "CTO"));
  // Only what was there when our value came.
  expect(
    await told({
      ...story,
      events: [{ value: "Clerk", at: -2_000 }, ...story.events],
    }),
  ).toEqual(overwritten("Manager", "CTO"));
  expect(await told({ ...story, before: "Manager" })).toEqual([]);
});

test("once an event, however often it is delivered", async () => {
  const story: Story = {
    sent: "CTO",
    base: "CTO",
    held: "CTO",
    events: [
      { value: "Manager", at: -1000 },
      { value: "Manager", at: -1000 },
    ],
  };
  expect(await told(story, 3)).toEqual(overwritten("Manager", "CTO"));
});

test("a write whose answer was lost counts as well, when HubSpot holds what it sent", async () => {
  const story: Story = {
    sent: "CTO",
    base: "Engineer",
    answered: false,
    held: "CTO",
    events: [{ value: "Manager", at: 1000 }],
  };
  expect(await told(story)).toEqual(overwritten("Manager", "CTO"));
});

test("what HubSpot made of the value that we sent is ours too", async () => {
  const story: Story = {
    sent: " CTO!",
    base: "cto",
    held: "cto",
    events: [{ value: "Manager", at: -1000 }],
  };
  expect(await told(story)).toEqual(overwritten("Manager", "cto"));
});

test("of several values that were typed one after the other, only the last was there to be overwritten", async () => {
  const story: Story = {
    sent: "CTO",
    base: "CTO",
    held: "CTO",
    events: [
      { value: "Manager", at: -3000 },
      { value: "Director", at: -1000 },
      { value: "Clerk", at: -2000 },
    ],
  };
  expect(await told(story)).toEqual(overwritten("Director", "CTO"));
});

test.each<[string, Story]>([
  [
    "our own echo",
    { sent: "CTO", base: "CTO", held: "CTO", events: [{ value: "CTO" }] },
  ],
  [
    "the echo of a value that another one of ours followed",
    {
      sent: "CTO",
      base: "VP",
      held: "VP",
      events: [{ value: "CTO", at: -1000 }],
    },
  ],
  [
    "the value that our write had seen and journalled",
    {
      sent: "CTO",
      base: "CTO",
      before: "Engineer",
      held: "CTO",
      events: [{ value: "Engineer", at: -1000 }],
    },
  ],
  [
    "the base of a write without an answer",
    {
      sent: "CTO",
      base: "Engineer",
      answered: false,
      held: "CTO",
      events: [{ value: "Engineer", at: -1000 }],
    },
  ],
  [
    "a value that HubSpot still holds",
    {
      sent: "CTO",
      base: "CTO",
      held: "Manager",
      events: [{ value: "Manager", at: 1000 }],
    },
  ],
  [
    "a value that a HubSpot user replaced",
    {
      sent: "CTO",
      base: "CTO",
      held: "Director",
      events: [{ value: "Manager", at: 1000 }],
    },
  ],
  [
    "a value long before our write, which had read it",
    {
      sent: "CTO",
      base: "CTO",
      held: "CTO",
      events: [{ value: "Manager", at: -30 * minute }],
    },
  ],
  [
    "a value long after our write",
    {
      sent: "CTO",
      sentAt: -30 * minute,
      base: "CTO",
      held: "CTO",
      events: [{ value: "Manager" }],
    },
  ],
  [
    "an object that we never wrote",
    { base: "CTO", held: "CTO", events: [{ value: "Manager" }] },
  ],
  [
    "an object whose link has ended",
    {
      sent: "CTO",
      base: "CTO",
      linked: false,
      held: "CTO",
      events: [{ value: "Manager", at: -1000 }],
    },
  ],
])("%s is no unseen overwrite", async (_name, story) => {
  expect(await told(story)).toEqual([]);
});

test("an object that was not read says nothing", async () => {
  const portal = ++portalId;
  await at.database.inPortal(portal, (db) =>
    journalOverwritten(db, portal, "contact", {
      account: { source: "webhook", by: "", runId: null },
      events: [
        {
          objectId,
          property: "jobtitle",
          value: "Manager",
          occurredAt: new Date(),
        },
      ],
      objects: new Map(),
    }),
  );
  const { rows } =
    await sql`select 1 from journal where portal_id = ${portal}`.execute(
      at.database.owner,
    );
  expect(rows).toEqual([]);
});
