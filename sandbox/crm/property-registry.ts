import { hubspotProperties } from "./definitions/parse-definitions.ts";
import type { ObjectTypeName } from "./object-types.ts";
import type { Property } from "./property.ts";

export type PropertyGroup = {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly archived: boolean;
};

/** The property definitions and groups of one object type in one portal. HubSpot's own are shared until one is changed. */
export class PropertyRegistry {
  private readonly all: Map<string, Property>;
  readonly groups = new Map<string, PropertyGroup>();
  /** Grows with every change, so that a compiled form can tell that it is out of date. */
  version = 0;

  constructor(type: ObjectTypeName) {
    this.all = new Map(
      (hubspotProperties.get(type) ?? []).map((property) => [
        property.name,
        property,
      ]),
    );
    for (const { groupName } of this.all.values()) {
      if (this.groups.has(groupName)) continue;
      this.groups.set(groupName, {
        name: groupName,
        label: groupName,
        displayOrder: this.groups.size,
        archived: false,
      });
    }
  }

  /** The definition, unless it does not exist or is archived. */
  find(name: string): Property | undefined {
    const property = this.all.get(name);
    return property === undefined || property.archived ? undefined : property;
  }

  findArchived(name: string): Property | undefined {
    const property = this.all.get(name);
    return property?.archived === true ? property : undefined;
  }

  set(property: Property): void {
    this.all.set(property.name, property);
    this.version += 1;
  }

  list(archived: boolean): Property[] {
    return [...this.all.values()].filter(
      (property) => property.archived === archived,
    );
  }

  customCount(): number {
    return this.list(false).filter((property) => !property.hubspotDefined)
      .length;
  }

  customUniqueCount(): number {
    return this.list(false).filter(
      (property) => !property.hubspotDefined && property.hasUniqueValue,
    ).length;
  }
}
