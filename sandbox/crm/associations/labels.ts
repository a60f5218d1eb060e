import type { ObjectTypeName } from "../object-type.ts";

export type AssociationCategory =
  "HUBSPOT_DEFINED" | "USER_DEFINED" | "INTEGRATOR_DEFINED";

/** One association type in one direction. `inverse` is the type that the other object shows. */
export type AssociationLabel = {
  readonly typeId: number;
  readonly inverse: number;
  readonly category: AssociationCategory;
  readonly label: string | null;
  readonly from: ObjectTypeName;
  readonly to: ObjectTypeName;
  /** `unlabeled`: every pair has it. `primary`: at most one for each `from`. */
  readonly kind: "unlabeled" | "primary" | "label";
};

type Pair = readonly [ObjectTypeName, ObjectTypeName, number, number];

/** From, to, type id, type id of the other direction. The ids are those of HubSpot's own package. */
const unlabeled: readonly Pair[] = [
  ["contacts", "companies", 279, 280],
  ["contacts", "deals", 4, 3],
  ["deals", "companies", 341, 342],
  ["contacts", "contacts", 449, 449],
  ["companies", "companies", 450, 450],
  ["deals", "deals", 451, 451],
  ["tickets", "tickets", 452, 452],
  ["tickets", "contacts", 16, 15],
  ["tickets", "companies", 339, 340],
  ["deals", "tickets", 27, 28],
  ["notes", "contacts", 202, 201],
  ["notes", "companies", 190, 189],
  ["notes", "deals", 214, 213],
  ["tasks", "contacts", 204, 203],
  ["tasks", "companies", 192, 191],
  ["tasks", "deals", 216, 215],
  ["calls", "contacts", 194, 193],
  ["calls", "companies", 182, 181],
  ["calls", "deals", 206, 205],
  ["emails", "contacts", 198, 197],
  ["emails", "companies", 186, 185],
  ["emails", "deals", 210, 209],
  ["meetings", "contacts", 200, 199],
  ["meetings", "companies", 188, 187],
  ["meetings", "deals", 212, 211],
  ["notes", "tickets", 228, 227],
  ["tasks", "tickets", 230, 229],
  ["calls", "tickets", 220, 219],
  ["emails", "tickets", 224, 223],
  ["meetings", "tickets", 226, 225],
  ["communications", "contacts", 81, 82],
  ["communications", "tickets", 83, 84],
  ["communications", "deals", 85, 86],
  ["communications", "companies", 87, 88],
];

const primary: readonly Pair[] = [
  ["contacts", "companies", 1, 2],
  ["deals", "companies", 5, 6],
  ["tickets", "companies", 26, 25],
];

/** The association types of one portal: HubSpot's, and the labels that the portal's users or apps have made. */
export class AssociationLabels {
  private all: readonly AssociationLabel[] = [];
  private readonly byId = new Map<string, AssociationLabel>();
  private readonly inline = new Map<
    readonly number[],
    { readonly name: string; readonly names: readonly string[] }
  >();
  private nextId = 1001;

  constructor() {
    for (const [from, to, typeId, inverse] of unlabeled) {
      this.addPair(
        from,
        to,
        typeId,
        inverse,
        "HUBSPOT_DEFINED",
        null,
        null,
        "unlabeled",
      );
    }
    for (const [from, to, typeId, inverse] of primary) {
      this.addPair(
        from,
        to,
        typeId,
        inverse,
        "HUBSPOT_DEFINED",
        "Primary",
        "Primary",
        "primary",
      );
    }
    this.addPair(
      "companies",
      "companies",
      13,
      14,
      "HUBSPOT_DEFINED",
      "Child Company",
      "Parent Company",
      "label",
    );
  }

  /** Every type of a pair, in this direction. */
  list(from: ObjectTypeName, to: ObjectTypeName): AssociationLabel[] {
    return this.all.filter((label) => label.from === from && label.to === to);
  }

  find(category: string, typeId: number): AssociationLabel | undefined {
    return this.byId.get(keyOf({ category, typeId }));
  }

  /** The type that every association of this pair has. */
  unlabeled(
    from: ObjectTypeName,
    to: ObjectTypeName,
  ): AssociationLabel | undefined {
    return this.ofKind("unlabeled", from, to);
  }

  /** The type of which each `from` has at most one; undefined where there is no such thing. */
  primary(
    from: ObjectTypeName,
    to: ObjectTypeName,
  ): AssociationLabel | undefined {
    return this.ofKind("primary", from, to);
  }

  /** Makes a label of the portal's own, with its other direction. */
  create(
    from: ObjectTypeName,
    to: ObjectTypeName,
    label: string,
    inverseLabel: string,
  ): AssociationLabel[] {
    const typeId = this.nextId++;
    const inverse =
      from === to && label === inverseLabel ? typeId : this.nextId++;
    this.addPair(
      from,
      to,
      typeId,
      inverse,
      "USER_DEFINED",
      label,
      inverseLabel,
      "label",
    );
    return this.all.filter(
      (made) => made.typeId === typeId || made.typeId === inverse,
    );
  }

  /** Rewords a label of the portal's own; without `inverseLabel` the other direction keeps its words. */
  rename(
    changed: AssociationLabel,
    label: string,
    inverseLabel: string | undefined,
  ): void {
    const inverse = this.find(changed.category, changed.inverse);
    this.replace(changed, [{ ...changed, label }]);
    if (
      inverseLabel !== undefined &&
      inverse !== undefined &&
      inverse.typeId !== changed.typeId
    )
      this.replace(inverse, [{ ...inverse, label: inverseLabel }]);
  }

  /** Forgets a label of the portal's own, both directions; associations must have lost it before. */
  remove(gone: AssociationLabel): void {
    const inverse = this.find(gone.category, gone.inverse);
    this.replace(gone, []);
    if (inverse !== undefined) this.replace(inverse, []);
  }

  private replace(
    old: AssociationLabel,
    labels: readonly AssociationLabel[],
  ): void {
    this.all = this.all.flatMap((label) =>
      keyOf(label) === keyOf(old) ? labels : label,
    );
    this.byId.delete(keyOf(old));
    for (const label of labels) this.byId.set(keyOf(label), label);
    this.inline.clear();
  }

  private ofKind(
    kind: AssociationLabel["kind"],
    from: ObjectTypeName,
    to: ObjectTypeName,
  ): AssociationLabel | undefined {
    return this.all.find(
      (label) => label.from === from && label.to === to && label.kind === kind,
    );
  }

  private addPair(
    from: ObjectTypeName,
    to: ObjectTypeName,
    typeId: number,
    inverse: number,
    category: AssociationCategory,
    label: string | null,
    inverseLabel: string | null,
    kind: AssociationLabel["kind"],
  ): void {
    this.add({ typeId, inverse, category, label, from, to, kind });
    if (typeId === inverse) return;
    // The other side of a primary association is a label only: a company may be primary to many contacts.
    this.add({
      typeId: inverse,
      inverse: typeId,
      category,
      label: inverseLabel,
      from: to,
      to: from,
      kind: kind === "primary" ? "label" : kind,
    });
  }

  /**
   * What lists call the associations of one pair, one for each type. A primary association shows twice: once by the plain
   * name, and once as its unlabeled twin, which then says so.
   * @param types a shared set of type ids, which is what the answer is remembered by
   */
  inlineNames(name: string, types: readonly number[]): readonly string[] {
    const known = this.inline.get(types);
    if (known?.name === name) return known.names;
    const names = types.map((typeId) => {
      const label = this.all.find((candidate) => candidate.typeId === typeId);
      if (types.length > 1 && label?.kind === "unlabeled")
        return `${name}_unlabeled`;
      return label?.category === "USER_DEFINED" && label.label !== null
        ? label.label.toLowerCase()
        : name;
    });
    this.inline.set(types, { name, names });
    return names;
  }

  private add(label: AssociationLabel): void {
    this.all = [...this.all, label];
    this.byId.set(keyOf(label), label);
  }
}

function keyOf({
  category,
  typeId,
}: {
  readonly category: string;
  readonly typeId: number;
}): string {
  return `${category}/${String(typeId)}`;
}
