import type { Faults } from "../faults.ts";
import type { PortalEntry } from "../portal-registry.ts";
import type { Waiting } from "./lane.ts";
import { Lane } from "./lane.ts";

const BODY_SIZE = 100;

/** All notifications that are not yet delivered, a lane for each portal. */
export class Outbox {
  readonly #faults: Faults;
  readonly #lanes = new Map<PortalEntry, Lane>();

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  lanes(): Iterable<readonly [PortalEntry, Lane]> {
    return this.#lanes;
  }

  lane(entry: PortalEntry): Lane {
    let lane = this.#lanes.get(entry);
    if (!lane) {
      lane = new Lane();
      this.#lanes.set(entry, lane);
    }
    return lane;
  }

  /** Notifications ready, delayed or under way. */
  get waiting(): number {
    let waiting = 0;
    for (const lane of this.#lanes.values()) waiting += lane.waiting;
    return waiting;
  }

  /** Whether something waits that a fault holds back. */
  get paused(): boolean {
    for (const [{ portalId }, lane] of this.#lanes)
      if (lane.waiting > 0 && this.#faults.webhooksOf(portalId).paused)
        return true;
    return false;
  }

  /** Ends all delays. */
  ripenAll(): void {
    for (const lane of this.#lanes.values()) lane.ripen(Infinity);
  }

  /** Notifications for one body: the portal's own, filled up with those of other portals where bodies may mix them. */
  takeBody(entry: PortalEntry): readonly Waiting[] {
    const items = [...this.#take(entry, this.lane(entry), BODY_SIZE)];
    if (!mixes(entry)) return items;
    for (const [other, lane] of this.#lanes) {
      if (items.length >= BODY_SIZE) break;
      if (other === entry || lane.readyCount === 0 || !mixes(other)) continue;
      items.push(...this.#take(other, lane, BODY_SIZE - items.length));
    }
    return items;
  }

  #take(
    { portalId }: PortalEntry,
    lane: Lane,
    size: number,
  ): readonly Waiting[] {
    const { paused, shuffle, random } = this.#faults.webhooksOf(portalId);
    return paused ? [] : lane.take(size, shuffle ? random : null);
  }
}

function mixes(entry: PortalEntry): boolean {
  return entry.portal.options.webhookMixesPortals;
}
