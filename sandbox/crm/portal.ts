import { associateRows, dissociateRows } from "./associations/associate.ts";
import { edgeBetween } from "./associations/edges.ts";
import { labelsOf } from "./associations/associate.ts";
import {
  associationTarget,
  resolveAssociations,
  type AssociationInput,
} from "./associations/resolve.ts";
import { computedNames, readProperty } from "./derived/computed.ts";
import { CrmState } from "./crm-state.ts";
import type { Actor, PortalEventListener } from "./events.ts";
import { archiveRow, purgeRow, restoreRow } from "./objects/archive.ts";
import { commitWrite } from "./objects/commit.ts";
import { createObject } from "./objects/create-object.ts";
import { getRow } from "./objects/lookup.ts";
import { mergeRows } from "./objects/merge.ts";
import { prepareWrite, WriteBatch, type Writer } from "./objects/prepare.ts";
import type { WriteRules } from "./objects/write-rules.ts";
import { profiles, readOptions, type PortalOptions } from "./options.ts";
import {
  ownerView,
  type Owner,
  type OwnerList,
  type User,
  type UserInput,
} from "./owners.ts";
import type { PipelineScope } from "./pipeline-operations.ts";
import type { Property } from "./property.ts";
import {
  archiveProperty,
  createProperty,
  existing,
  updateProperty,
} from "./property-operations.ts";
import { invalid, notFound } from "./refusal.ts";
import type { Row } from "./row.ts";
import { seedPortal, type SeedRequest } from "./seed.ts";
import { isoTime } from "./time.ts";
import type { ValidationRule } from "./validation-rule.ts";
import { setValidations } from "./validations.ts";

/** Whoever sits before HubSpot's own screens. */
const aUser: Writer = { isApp: false, obeysRules: true };

/** All that is true of an object, for tests and the desk; `properties` has every property with a value. */
export type ObjectTruth = {
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly associations: readonly {
    readonly toType: string;
    readonly toId: string;
    readonly primary: boolean;
    readonly typeIds: readonly number[];
    readonly labels: readonly string[];
  }[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  /** The id of the object that this one was merged into, followed to the end. */
  readonly mergedInto: string | null;
};

export type AssociationRequest = {
  readonly fromType: string;
  readonly fromId: string;
  readonly toType: string;
  readonly toId: string;
  readonly primary?: boolean;
};

/**
 * One HubSpot account: its data, and what a user or an app can do to it. Every method that changes something tells the
 * listeners, and throws `Refusal` where HubSpot would refuse.
 */
export class Portal {
  readonly crm: CrmState;

  constructor(input: {
    readonly portalId: number;
    readonly users?: readonly UserInput[];
    readonly options?: unknown;
    readonly clock?: () => number;
  }) {
    const options = readOptions(input.options, profiles.documented);
    this.crm = new CrmState(
      input.portalId,
      options,
      input.users ?? [],
      input.clock ?? Date.now,
    );
  }

  get portalId(): number {
    return this.crm.portalId;
  }

  get options(): PortalOptions {
    return this.crm.options;
  }

  /** Applies named options on top of those there are. @throws TypeError for an unknown one */
  setOptions(options: unknown): PortalOptions {
    this.crm.options = readOptions(options, this.crm.options);
    return this.crm.options;
  }

  get users(): readonly User[] {
    return this.crm.users;
  }

  owners(): readonly Readonly<Record<string, unknown>>[] {
    return this.crm.owners.owners.map(ownerView);
  }

  now(): number {
    return this.crm.now();
  }

  /** Hears every change, in order, from within the call that makes it. Answers how to stop. */
  onEvent(listener: PortalEventListener): () => void {
    return this.crm.onEvent(listener);
  }

  create(
    type: string,
    properties: Readonly<Record<string, unknown>>,
    associations: readonly AssociationInput[],
    actor: Actor,
  ): ObjectTruth {
    const store = this.crm.store(type);
    const prepared = prepareWrite(
      this.crm,
      store,
      undefined,
      properties,
      new WriteBatch(aUser),
    );
    const resolved = resolveAssociations(this.crm, store, associations);
    return this.truthOf(
      createObject(this.crm, prepared, resolved, this.crm.tick(), actor),
    );
  }

  update(
    type: string,
    id: string,
    properties: Readonly<Record<string, unknown>>,
    actor: Actor,
  ): ObjectTruth {
    const row = this.live(type, id);
    const prepared = prepareWrite(
      this.crm,
      row.store,
      row,
      properties,
      new WriteBatch(aUser),
    );
    commitWrite(this.crm, prepared, this.crm.tick(), actor);
    return this.truthOf(row);
  }

  archive(type: string, id: string, actor: Actor): void {
    archiveRow(this.crm, this.live(type, id), this.crm.tick(), actor);
  }

  restore(type: string, id: string, actor: Actor): ObjectTruth {
    const row = getRow(this.crm, this.crm.store(type), id, {
      archived: true,
      followMerged: false,
    });
    restoreRow(this.crm, row, this.crm.tick(), actor);
    return this.truthOf(row);
  }

  merge(
    type: string,
    primaryId: string,
    otherId: string,
    actor: Actor,
  ): ObjectTruth {
    if (primaryId === otherId)
      throw invalid("Cannot merge an object with itself");
    const primary = this.live(type, primaryId);
    const survivor = mergeRows(
      this.crm,
      primary,
      this.live(type, otherId),
      this.crm.tick(),
      actor,
    );
    return this.truthOf(survivor);
  }

  /** Forgets an object for good, live or archived. */
  privacyDelete(type: string, id: string, actor: Actor): void {
    const row = this.crm.store(type).rows.get(id)?.survivor();
    if (row === undefined) throw notFound(this.options.notFoundHasCategory, id);
    purgeRow(this.crm, row, this.crm.tick(), actor);
  }

  /** Associates two objects, as primary if wanted; labels that the pair has stay. */
  associate(request: AssociationRequest, actor: Actor): void {
    const { from, to } = this.pair(request);
    const edge = edgeBetween(from, to);
    const labels = edge === undefined ? [] : labelsOf(this.crm, from, to, edge);
    const primary = this.crm.labels.primary(
      from.store.type.name,
      to.store.type.name,
    );
    if (request.primary === true && primary === undefined) {
      const other = this.crm.labels.primary(
        to.store.type.name,
        from.store.type.name,
      );
      if (other === undefined)
        throw invalid(`${request.fromType} have no primary ${request.toType}`);
      const back =
        edge === undefined
          ? []
          : labelsOf(this.crm, to, from, {
              to: from,
              types: edgeBetween(to, from)?.types ?? [],
            });
      associateRows(
        this.crm,
        to,
        from,
        [...back, other],
        this.crm.tick(),
        actor,
      );
      return;
    }
    const wanted =
      request.primary === true && primary !== undefined
        ? [...labels, primary]
        : labels;
    associateRows(this.crm, from, to, wanted, this.crm.tick(), actor);
  }

  dissociate(request: AssociationRequest, actor: Actor): void {
    const { from, to } = this.pair(request);
    dissociateRows(this.crm, from, to, "all", this.crm.tick(), actor);
  }

  createProperty(type: string, input: unknown, userId?: number): Property {
    return createProperty(this.crm, this.crm.store(type), input, userId);
  }

  updateProperty(
    type: string,
    name: string,
    input: unknown,
    userId?: number,
  ): Property {
    return updateProperty(this.crm, this.crm.store(type), name, input, userId);
  }

  archiveProperty(type: string, name: string): void {
    archiveProperty(this.crm, this.crm.store(type), name);
  }

  /** Puts an admin's rules in force, instead of those there are. @throws Refusal 404 for a property that does not exist */
  setRules(type: string, rules: WriteRules): void {
    const store = this.crm.store(type);
    const named = [
      ...rules.required,
      ...rules.conditional.flatMap(({ property, requires }) => [
        property,
        ...requires,
      ]),
    ];
    for (const name of named) existing(store, name);
    store.rules = rules;
  }

  /** Adds a user. Returns the user's owner. */
  addUser(user: UserInput): Readonly<Record<string, unknown>> {
    return ownerView(this.crm.owners.add(user, this.crm.tick()));
  }

  /** Changes a user's email or name. @throws Refusal 404 */
  changeUser(userId: number, changes: Omit<UserInput, "userId">): void {
    this.crm.owners.change(this.owner(userId), changes, this.crm.tick());
  }

  /** Ends or restores a user's access. @throws Refusal 404 */
  setUserActive(userId: number, active: boolean): void {
    this.crm.owners.setActive(this.owner(userId), active, this.crm.tick());
  }

  /** Replaces a user's teams. @throws Refusal 404 */
  setTeams(userId: number, teams: Parameters<OwnerList["setTeams"]>[1]): void {
    this.crm.owners.setTeams(this.owner(userId), teams, this.crm.tick());
  }

  /** Returns the scope for changing the pipelines of a type on behalf of a user. */
  pipelineScope(type: string, userId?: number): PipelineScope {
    return { state: this.crm, store: this.crm.store(type), userId };
  }

  /** Replaces the validation rules of a property. @throws Refusal 404 */
  setValidations(
    type: string,
    property: string,
    rules: readonly ValidationRule[],
  ): void {
    setValidations(this.crm.store(type), property, rules);
  }

  /** Every object of a type, or only the archived or live ones; merged-away ones come along when neither is asked for. */
  truth(type: string, archived?: boolean): ObjectTruth[] {
    const wanted =
      archived === undefined ? undefined : archived ? "archived" : "live";
    return this.crm
      .store(type)
      .order.filter((row) => wanted === undefined || row.state === wanted)
      .map((row) => this.truthOf(row));
  }

  /** One object under its own id: live, archived or merged away. */
  object(type: string, id: string): ObjectTruth | undefined {
    const row = this.crm.store(type).rows.get(id);
    return row?.id === id ? this.truthOf(row) : undefined;
  }

  /** Fills the portal with sample objects: the same ones for the same seed. Emits nothing unless told to. */
  seed(request: SeedRequest): void {
    seedPortal(this.crm, request);
  }

  private owner(userId: number): Owner {
    const owner = this.crm.owners.findByUser(userId);
    if (owner === undefined) throw notFound(true);
    return owner;
  }

  private live(type: string, id: string): Row {
    return getRow(this.crm, this.crm.store(type), id, { followMerged: false });
  }

  private pair(request: AssociationRequest): {
    readonly from: Row;
    readonly to: Row;
  } {
    return {
      from: associationTarget(
        this.crm,
        this.crm.store(request.fromType),
        request.fromId,
      ),
      to: associationTarget(
        this.crm,
        this.crm.store(request.toType),
        request.toId,
      ),
    };
  }

  private truthOf(row: Row): ObjectTruth {
    const properties: Record<string, string> = {};
    for (const name of [
      ...row.store.usedNames(),
      ...computedNames(row.store.type),
    ]) {
      const archived = row.store.properties.find(name) === undefined;
      const value = archived ? null : readProperty(this.crm, row, name);
      if (value !== null && value !== "") properties[name] = value;
    }
    return {
      id: row.id,
      properties,
      associations: (row.edges ?? [])
        .filter((edge) => edge.to.state === "live")
        .map((edge) => {
          const labels = labelsOf(this.crm, row, edge.to, edge);
          return {
            toType: edge.to.store.type.name,
            toId: edge.to.id,
            primary: labels.some((label) => label.kind === "primary"),
            typeIds: edge.types,
            labels: labels.flatMap((label) => label.label ?? []),
          };
        }),
      createdAt: isoTime(row.createdAt),
      updatedAt: isoTime(row.updatedAt),
      archived: row.state === "archived",
      mergedInto: row.mergedInto === undefined ? null : row.survivor().id,
    };
  }
}
