import type { Actor } from "./events.ts";
import type { ObjectType } from "./object-type.ts";
import type { PropertyRegistry } from "./property-registry.ts";
import { noRules } from "./objects/write-rules.ts";
import { uniqueKey } from "./unique-key.ts";
import type { ValidationRule } from "./validation-rule.ts";

/** The fields of a row that its store needs. */
type StoredRow = {
  readonly id: string;
  readonly seq: number;
  readonly values: readonly (string | undefined)[];
  readonly additionalEmails: readonly string[] | undefined;
};

/**
 * All rows of one object type in one portal, with the indexes that reads need. The store doesn't import the class of its
 * rows, because each row names its store.
 */
export class RowStore<Row extends StoredRow> {
  readonly type: ObjectType;
  readonly properties: PropertyRegistry;
  /** Every object that an id still leads to: live, archived and merged away, but not purged. */
  readonly rows = new Map<string, Row>();
  /** The same in the order of their ids. Ids only grow, so adding is appending. */
  order: Row[] = [];
  /** What the account's admin demands of writes. */
  rules = noRules;
  /** Property -> the rules for its values. */
  readonly validations = new Map<string, readonly ValidationRule[]>();
  /** Known from the first object on. */
  private nextId: number | undefined;
  private readonly firstId: () => number;
  private readonly make: (seq: number, at: number, by: Actor) => Row;
  private readonly slots = new Map<string, number>();
  /** Domain -> the companies that have, or had, it. */
  private readonly byDomain = new Map<string, Set<Row>>();
  /** Property -> value in canonical form -> who holds it. Email is one of them, also for additional emails. */
  private readonly unique = new Map<string, Map<string, Row>>();

  constructor(
    type: ObjectType,
    properties: PropertyRegistry,
    firstId: () => number,
    make: (store: RowStore<Row>, seq: number, at: number, by: Actor) => Row,
  ) {
    this.type = type;
    this.properties = properties;
    this.firstId = firstId;
    this.make = (seq, at, by) => make(this, seq, at, by);
  }

  /** Adds an empty row with the next id. */
  add(at: number, by: Actor): Row {
    const id = this.nextId ?? this.firstId();
    this.nextId = id + 1;
    const row = this.make(id, at, by);
    this.rows.set(row.id, row);
    this.order.push(row);
    return row;
  }

  /** Forgets a row for good. */
  remove(row: Row): void {
    this.rows.delete(row.id);
    this.byDomain.get(this.stored(row, "domain") ?? "")?.delete(row);
    const at = this.firstFrom(row.seq);
    if (this.order[at] === row) this.order.splice(at, 1);
  }

  /** Where the first row with this id or a greater one is in `order`. */
  firstFrom(seq: number): number {
    let low = 0;
    let high = this.order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = this.order[middle];
      if (row !== undefined && row.seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The slot of a property in `Row.values`, made at first use. */
  slot(name: string): number {
    let slot = this.slots.get(name);
    if (slot === undefined) {
      slot = this.slots.size;
      this.slots.set(name, slot);
    }
    return slot;
  }

  /** The slot of a property that some row has a value for. */
  usedSlot(name: string): number | undefined {
    return this.slots.get(name);
  }

  /** The names of all properties that some row has, or had, a value for. */
  usedNames(): IterableIterator<string> {
    return this.slots.keys();
  }

  /** What is stored; `''` for a value that was cleared, undefined for one that never was. Computed properties are not stored. */
  stored(row: Row, name: string): string | undefined {
    const slot = this.slots.get(name);
    return slot === undefined ? undefined : row.values[slot];
  }

  /** Must be called when a row gets a value. Keeps the index of company domains, which are not unique. */
  remember(name: string, value: string, row: Row): void {
    if (name !== "domain" || value === "" || this.type.identity !== "domain")
      return;
    const holders = this.byDomain.get(value) ?? new Set<Row>();
    holders.add(row);
    this.byDomain.set(value, holders);
  }

  /** Returns the companies with a domain, in any state, by id. */
  withDomain(domain: string): Row[] {
    const holders = [...(this.byDomain.get(domain) ?? [])];
    return holders
      .filter((row) => this.stored(row, "domain") === domain)
      .sort((a, b) => a.seq - b.seq);
  }

  /** Whether no two objects may have one value of this property. */
  isUnique(name: string): boolean {
    return (
      (name === "email" && this.type.identity === "email") ||
      this.properties.find(name)?.hasUniqueValue === true
    );
  }

  /** The same of a property that is archived as well: its values wait for it to come back. */
  private keepsUnique(name: string): boolean {
    return (
      this.isUnique(name) ||
      this.properties.findArchived(name)?.hasUniqueValue === true
    );
  }

  /** Who has a unique value, in whatever state; undefined when it is free. */
  holder(name: string, value: string): Row | undefined {
    return this.unique.get(name)?.get(uniqueKey(name, value));
  }

  /** Makes a row the holder of a unique value. */
  claim(name: string, value: string, row: Row): void {
    if (value === "") return;
    let holders = this.unique.get(name);
    if (holders === undefined) {
      holders = new Map();
      this.unique.set(name, holders);
    }
    holders.set(uniqueKey(name, value), row);
  }

  /** Lets go of a unique value, if the row holds it. */
  release(name: string, value: string | undefined, row: Row): void {
    if (value === undefined || value === "") return;
    const holders = this.unique.get(name);
    const key = uniqueKey(name, value);
    if (holders?.get(key) === row) holders.delete(key);
  }

  /** Lets go of every unique value of a row. */
  releaseAll(row: Row): void {
    for (const name of this.unique.keys())
      this.release(name, this.stored(row, name), row);
    for (const email of row.additionalEmails ?? [])
      this.release("email", email, row);
  }

  /** Takes every unique value of a row that is free, and answers the properties whose value somebody else holds by now. */
  claimAll(row: Row): string[] {
    const taken: string[] = [];
    for (const name of this.slots.keys()) {
      const value = this.stored(row, name);
      if (value === undefined || value === "" || !this.keepsUnique(name))
        continue;
      const holder = this.holder(name, value);
      if (holder !== undefined && holder !== row) taken.push(name);
      else this.claim(name, value, row);
    }
    for (const email of row.additionalEmails ?? []) {
      const holder = this.holder("email", email);
      if (holder !== undefined && holder !== row) taken.push("email");
      else this.claim("email", email, row);
    }
    return taken;
  }
}
