import type { PortalEvent, PortalEventListener } from "./events.ts";
import { newObjectStore, type ObjectStore } from "./object-store.ts";
import type { ObjectType, ObjectTypeName } from "./object-type.ts";
import {
  findObjectType,
  firstOverlappingId,
  objectTypes,
} from "./object-types.ts";
import type { PortalOptions } from "./options.ts";
import { OwnerList, type User, type UserInput } from "./owners.ts";
import { Blocklist } from "./objects/blocklist.ts";
import { PipelineList } from "./pipelines.ts";
import { PropertyRegistry } from "./property-registry.ts";
import { invalid } from "./refusal.ts";
import { AssociationLabels } from "./associations/labels.ts";
import { IndexLag } from "./search/index-lag.ts";

/** Everything that one portal holds. The operations are functions beside it; `Portal` puts them together. */
export class CrmState {
  readonly portalId: number;
  options: PortalOptions;
  readonly stores: ReadonlyMap<ObjectTypeName, ObjectStore>;
  readonly labels = new AssociationLabels();
  readonly pipelines: PipelineList;
  readonly owners: OwnerList;
  readonly indexLag: IndexLag;
  readonly blocklist = new Blocklist();
  private readonly listeners = new Set<PortalEventListener>();
  private readonly clock: () => number;
  private last = 0;

  constructor(
    portalId: number,
    options: PortalOptions,
    users: readonly UserInput[],
    clock: () => number,
  ) {
    this.portalId = portalId;
    this.options = options;
    this.clock = clock;
    this.stores = new Map(
      objectTypes.map((type) => [
        type.name,
        newObjectStore(type, new PropertyRegistry(type.name), () =>
          this.options.overlappingIds ? firstOverlappingId : type.firstId,
        ),
      ]),
    );
    const at = this.now();
    this.owners = new OwnerList(users, at);
    this.pipelines = new PipelineList(at);
    this.indexLag = new IndexLag(() => this.options.searchLagMs);
  }

  get users(): readonly User[] {
    return this.owners.users;
  }

  /** The portal's time in milliseconds: never goes back, and does not move by being asked. */
  now(): number {
    return Math.max(this.clock(), this.last);
  }

  /**
   * The time of a write. Separate writes get separate times while that keeps the clock within 50 ms of the real one; one bulk
   * write has one time, as HubSpot's have.
   */
  tick(): number {
    const real = this.clock();
    if (real > this.last) this.last = real;
    else if (this.last - real < 50) this.last += 1;
    return this.last;
  }

  /** @throws Refusal 400 for a type that HubSpot would not know. */
  store(type: string): ObjectStore {
    const found = findObjectType(type);
    if (found === undefined)
      throw invalid(`Unable to infer object type from: ${type}`);
    return this.storeOf(found);
  }

  /** The objects of a type. */
  storeOf(type: ObjectType): ObjectStore {
    const store = this.stores.get(type.name);
    if (store === undefined) throw new Error(`no store for ${type.name}`);
    return store;
  }

  /** Hears every change from now on. Answers how to stop. */
  onEvent(listener: PortalEventListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Whether building events is worth while. */
  get heard(): boolean {
    return this.listeners.size > 0;
  }

  /** Tells all listeners. */
  emit(event: PortalEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
