import { edgesTo, typeSet } from "./associations/edges.ts";
import { seededRandom } from "../random.ts";
import type { CrmState } from "./crm-state.ts";
import type { Actor } from "./events.ts";
import type { ObjectStore } from "./object-store.ts";
import { emitLifecycle } from "./objects/archive.ts";
import type { Row } from "./row.ts";
import { isoTime } from "./time.ts";

export type SeedRequest = {
  readonly contacts?: number;
  readonly companies?: number;
  readonly deals?: number;
  /** Spread over all kinds of activities. Each has a contact and the contact's company, if there are any. */
  readonly activities?: number;
  readonly seed?: number;
  /** Tell of each creation. */
  readonly webhooks?: boolean;
};

const firstNames =
  "Ada Ben Chloe Daniel Elif Farid Grace Hugo Ines Jonas Keiko Liam Maya Nora Omar Paula Quentin Rosa Sven Tara".split(
    " ",
  );
const lastNames =
  "Abbott Berg Castillo Dubois Eriksen Fischer Garcia Haddad Ivanova Jansen Kim Larsen Meyer Novak Okafor Petit Rossi Silva Tanaka Weber".split(
    " ",
  );
const titles =
  "Engineer|Head of Sales|Founder|Buyer|Controller|Designer|Office Manager|Consultant".split(
    "|",
  );
const places = [
  "Berlin|Berlin|Germany",
  "Lyon|Rhône|France",
  "Boston|MA|United States",
  "Leeds|England|United Kingdom",
];
const words =
  "Blue North Bright Iron Silver Cedar River Summit Harbor Granite".split(" ");
const trades =
  "Logistics Foods Software Textiles Energy Design Motors Health Media Works".split(
    " ",
  );
const industries = [
  "COMPUTER_SOFTWARE",
  "TEXTILES",
  "OIL_ENERGY",
  "DESIGN",
  "AUTOMOTIVE",
];
const stages = [
  "subscriber",
  "lead",
  "marketingqualifiedlead",
  "opportunity",
  "customer",
];

/**
 * Fills a portal with companies, contacts (most at a company, which is their primary one), deals and activities. The same seed
 * makes the same objects.
 */
export function seedPortal(state: CrmState, request: SeedRequest): void {
  const random = seededRandom(request.seed ?? 1);
  const by: Actor = { changeSource: "IMPORT", sourceId: "seed" };
  const at = state.tick();
  const make = (
    type: "contacts" | "companies" | "deals",
    count: number,
    values: (n: number) => Values,
  ) => fill(state.store(type), count, values, at, by);
  const companies = make("companies", request.companies ?? 0, (n) =>
    company(random, n),
  );
  const contacts = make("contacts", request.contacts ?? 0, (n) =>
    contact(random, n),
  );
  const deals = make("deals", request.deals ?? 0, (n) => deal(random, n));
  for (const row of contacts) {
    const employer = random() < 0.9 ? pick(random, companies) : undefined;
    if (employer !== undefined)
      link(row, employer, typeSet([1, 279]), typeSet([2, 280]));
  }
  for (const row of deals) {
    const customer = pick(random, companies);
    if (customer !== undefined)
      link(row, customer, typeSet([5, 341]), typeSet([6, 342]));
    const buyer = pick(random, contacts);
    if (buyer !== undefined) link(row, buyer, typeSet([3]), typeSet([4]));
  }
  const activities = seedActivities(state, request.activities ?? 0, random, {
    at,
    by,
    contacts,
  });
  if (request.webhooks === true) {
    for (const row of [...companies, ...contacts, ...deals, ...activities])
      emitLifecycle(state, "creation", row, at, by);
  }
}

/** The values of a seeded activity, by kind. */
const activityValues: Readonly<
  Record<
    "notes" | "tasks" | "calls" | "meetings" | "emails",
    (text: string, time: string) => Values
  >
> = {
  notes: (text, time) => [
    ["hs_timestamp", time],
    ["hs_note_body", `<p>${text}</p>`],
    ["hs_body_preview", text],
  ],
  tasks: (text, time) => [
    ["hs_timestamp", time],
    ["hs_task_subject", text],
    ["hs_task_status", "NOT_STARTED"],
    ["hs_task_type", "TODO"],
    ["hs_task_priority", "NONE"],
  ],
  calls: (text, time) => [
    ["hs_timestamp", time],
    ["hs_call_title", text],
    ["hs_call_direction", "OUTBOUND"],
    ["hs_call_status", "COMPLETED"],
    ["hs_call_duration", "240000"],
  ],
  meetings: (text, time) => [
    ["hs_timestamp", time],
    ["hs_meeting_title", text],
    ["hs_meeting_start_time", time],
    ["hs_meeting_outcome", "COMPLETED"],
  ],
  emails: (text, time) => [
    ["hs_timestamp", time],
    ["hs_email_subject", text],
    ["hs_email_text", `${text}.`],
    ["hs_body_preview", `${text}.`],
    ["hs_email_direction", "EMAIL"],
    ["hs_email_status", "SENT"],
  ],
};

/**
 * Seeded activities are from the 90 days before, and seeded deals close within 90 days of it. The date is fixed, so the
 * same seed makes the same times.
 */
const seededUntil = Date.UTC(2026, 8, 1, 12);

function seedActivities(
  state: CrmState,
  count: number,
  random: () => number,
  {
    at,
    by,
    contacts,
  }: {
    readonly at: number;
    readonly by: Actor;
    readonly contacts: readonly Row[];
  },
): Row[] {
  const kinds = Object.entries(activityValues);
  const all: Row[] = [];
  for (const [index, [type, values]] of kinds.entries()) {
    const share = Math.floor((count + kinds.length - 1 - index) / kinds.length);
    const store = state.store(type);
    const make = (n: number) =>
      values(
        `${pick(random, words) ?? ""} talk ${String(n)}`,
        isoTime(seededUntil - Math.floor(random() * 90) * 86_400_000),
      );
    for (const row of fill(store, share, make, at, by)) {
      const contact = pick(random, contacts);
      const company = contact && edgesTo(contact, "companies")[0]?.to;
      for (const target of [contact, company]) {
        if (target === undefined) continue;
        const { name } = target.store.type;
        const label = state.labels.unlabeled(store.type.name, name);
        if (label !== undefined)
          link(row, target, typeSet([label.typeId]), typeSet([label.inverse]));
      }
      all.push(row);
    }
  }
  return all;
}

type Values = readonly (readonly [name: string, value: string])[];

function fill(
  store: ObjectStore,
  count: number,
  values: (n: number) => Values,
  at: number,
  by: Actor,
): Row[] {
  const first = store.order.length;
  const rows: Row[] = [];
  for (let n = first; n < first + count; n += 1) {
    const row = store.add(at, by);
    for (const [name, value] of values(n)) {
      if (store.isUnique(name)) {
        if (store.holder(name, value) !== undefined) continue;
        store.claim(name, value, row);
      }
      row.values[store.slot(name)] = value;
      store.remember(name, value, row);
    }
    rows.push(row);
  }
  return rows;
}

function contact(random: () => number, n: number): Values {
  const first = pick(random, firstNames) ?? "";
  const last = pick(random, lastNames) ?? "";
  const [city = "", region = "", country = ""] = (
    pick(random, places) ?? ""
  ).split("|");
  return [
    ["email", `${first}.${last}.${String(n)}@mail.example`.toLowerCase()],
    ["firstname", first],
    ["lastname", last],
    ["phone", `+1 555 ${String(1_000_000 + Math.floor(random() * 9_000_000))}`],
    ["jobtitle", pick(random, titles) ?? ""],
    ["city", city],
    ["state", region],
    ["country", country],
    ["lifecyclestage", pick(random, stages) ?? ""],
  ];
}

function company(random: () => number, n: number): Values {
  const name = `${pick(random, words) ?? ""} ${pick(random, trades) ?? ""}`;
  const domain = `${name.toLowerCase().replace(" ", "-")}-${String(n)}.example`;
  const [city = "", region = "", country = ""] = (
    pick(random, places) ?? ""
  ).split("|");
  return [
    ["name", `${name} ${String(n)}`],
    ["domain", domain],
    ["website", `https://www.${domain}`],
    ["phone", `+1 555 ${String(1_000_000 + Math.floor(random() * 9_000_000))}`],
    ["industry", pick(random, industries) ?? ""],
    ["city", city],
    ["state", region],
    ["country", country],
    ["numberofemployees", String(1 + Math.floor(random() * 5000))],
    ["lifecyclestage", pick(random, stages) ?? ""],
  ];
}

function deal(random: () => number, n: number): Values {
  const stage =
    pick(random, [
      "appointmentscheduled",
      "qualifiedtobuy",
      "contractsent",
      "closedwon",
      "closedlost",
    ]) ?? "";
  return [
    ["dealname", `${pick(random, words) ?? ""} deal ${String(n)}`],
    ["pipeline", "default"],
    ["dealstage", stage],
    ["amount", String(100 * (1 + Math.floor(random() * 900)))],
    ["closedate", isoTime(seededUntil + (((n * 37) % 181) - 90) * 86_400_000)],
  ];
}

/** Straight into both edge lists: the pair is new, and looking for it would cost more than everything else. */
function link(
  from: Row,
  to: Row,
  types: readonly number[],
  inverse: readonly number[],
): void {
  from.edges ??= [];
  from.edges.push({ to, types });
  to.edges ??= [];
  to.edges.push({ to: from, types: inverse });
}

function pick<T>(random: () => number, list: readonly T[]): T | undefined {
  return list[Math.floor(random() * list.length)];
}
