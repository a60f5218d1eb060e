import { hubspotProperties } from "./definitions/parse-definitions.ts";
import type { ObjectTypeName } from "./object-type.ts";
import type { Property } from "./property.ts";

export type PropertyGroup = {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly archived: boolean;
};

/** Labels as HubSpot's pages show them; of other groups, no label was seen. */
const groupLabels: ReadonlyMap<string, string> = new Map([
  ["contactinformation", "Contact information"],
  ["companyinformation", "Company information"],
  ["dealinformation", "Deal information"],
  ["ticketinformation", "Ticket information"],
  ["conversioninformation", "Conversion information"],
  ["analyticsinformation", "Web analytics history"],
  ["emailinformation", "Email information"],
  ["socialmediainformation", "Social media information"],
]);

/** The property definitions and groups of one object type in one portal. HubSpot's own are shared until one is changed. */
export class PropertyRegistry {
  private readonly all: Map<string, Property>;
  private readonly groups = new Map<string, PropertyGroup>();
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
        label: groupLabels.get(groupName) ?? groupName,
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

  /** The definition of an archived property. */
  findArchived(name: string): Property | undefined {
    const property = this.all.get(name);
    return property?.archived === true ? property : undefined;
  }

  /** Adds a definition, or puts it in the place of the one with its name. */
  set(property: Property): void {
    this.all.set(property.name, property);
    this.version += 1;
  }

  /** All archived definitions, or all that are not. */
  list(archived: boolean): Property[] {
    return [...this.all.values()].filter(
      (property) => property.archived === archived,
    );
  }

  /** The group, unless it does not exist or is archived. */
  findGroup(name: string): PropertyGroup | undefined {
    const group = this.groups.get(name);
    return group?.archived === false ? group : undefined;
  }

  /** Adds a group, or puts it in the place of the one with its name. */
  setGroup(group: PropertyGroup): void {
    this.groups.set(group.name, group);
  }

  /** All groups that are not archived. */
  listGroups(): PropertyGroup[] {
    return [...this.groups.values()].filter(({ archived }) => !archived);
  }

  /** How many definitions the account has made itself, archived ones not counted. */
  customCount(): number {
    return this.list(false).filter((property) => !property.hubspotDefined)
      .length;
  }

  /** How many of them have unique values. */
  customUniqueCount(): number {
    return this.list(false).filter(
      (property) => !property.hubspotDefined && property.hasUniqueValue,
    ).length;
  }
}
