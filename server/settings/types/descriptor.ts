import type { Conversion, Policy } from "../mapping.ts";

/** What a standard field can have. */
export const standardKinds = ["text", "number", "date"] as const;

/** A standard field of a record: a column of the type's view, kept in `properties`. */
export type StandardField = {
  readonly kind: (typeof standardKinds)[number];
  /** What people call the field if HubSpot doesn't name its property. */
  readonly label: string;
  /** How a fresh installation maps the field, both ways; absent: the field isn't mapped. */
  readonly mapping?: {
    readonly property: string;
    /** Absent: text. */
    readonly conversion?: Exclude<Conversion["kind"], "options">;
    /** Absent: the policy of the type. */
    readonly policy?: Policy;
  };
};

/** What tells a record and an object that they are the same, without a link. */
export type Identity = {
  /** Its canonical form (sync/identity.ts), and its name in claims and sentences. */
  readonly kind: "email" | "domain";
  readonly field: string;
  readonly property: string;
  /** The property with further values, joined by ";". */
  readonly additional: string;
  /**
   * HubSpot gives a value to one object at a time: it refuses a second one, and finds the first by a batch read. If
   * false, several objects can have one value, and only a search, whose index lags, finds them.
   */
  readonly unique: boolean;
  /** Which of several objects with one value a record is matched with: none, or the one with the lowest id. */
  readonly several:
    | { readonly choose: "none"; readonly code: "ambiguous_email" }
    | { readonly choose: "lowest-id" };
  /** The code of a match whose object belongs to another record. */
  readonly taken: "duplicate_email" | "domain_conflict";
};

/** What a type takes part in; `erase`: HubSpot can delete its objects permanently, for privacy. */
export type TypeFlow =
  "pull" | "push" | "sweep" | "merge" | "restore" | "delete" | "erase";

/**
 * Everything in which one object type differs from the others, apart from its associations (AssociationKind). Adding a
 * type is adding a descriptor; no other file compares types.
 */
export type ObjectTypeDescriptor = {
  readonly names: {
    readonly singular: string;
    readonly plural: string;
    /** The part of an API path below /api/v1/. */
    readonly route: string;
    /** The same words where a sentence or a list begins with them. */
    readonly label: { readonly singular: string; readonly plural: string };
  };
  readonly hubspot: {
    /** As webhooks, cards, and page addresses carry it. */
    readonly typeId: string;
    /** As API paths and lists of associations name it. */
    readonly path: string;
    /** As the names of association events spell it: CONTACT_TO_COMPANY. */
    readonly eventName: string;
    readonly modifiedProperty: string;
    /** The group in which counterpart_record_id is created. */
    readonly propertyGroup: string;
    /**
     * The properties of an object's pipeline and of its stage there, whose options HubSpot keeps as pipelines and not with
     * the property. Absent: objects of this type go through none.
     */
    readonly pipelines?: { readonly pipeline: string; readonly stage: string };
    readonly scopes: {
      readonly read: string;
      readonly write: string;
      readonly readDefinitions: string;
      readonly writeDefinitions: string;
    };
    /** The app can't be installed without the type's scopes, and the type can't be switched off. */
    readonly required: boolean;
  };
  /** Null: nothing but a link or a creation's key matches a record with an object. */
  readonly identity: Identity | null;
  readonly fields: Readonly<Record<string, StandardField>>;
  /**
   * Groups of fields that are decided together, because a value of one means nothing without the other's: they are
   * synced from one side, held, and parked as one. The policy of the first that is mapped is that of all.
   */
  readonly together: readonly (readonly string[])[];
  /** By what people call a record: the first of these that has a value; fields that are one name are joined. */
  readonly namedBy: readonly (readonly string[])[];
  /** Who wins if both sides changed a field, until a portal chooses. */
  readonly policy: Policy;
  readonly flows: Readonly<Record<TypeFlow, boolean>>;
  /** What a creation in HubSpot needs. */
  readonly creation: {
    /** Objects are created only after the type's first full pull has ended. */
    readonly waitsForFirstPull: boolean;
    /** What HubSpot needs, all of it: of each entry, a value for at least one of the properties. */
    readonly needs: readonly {
      readonly anyOf: readonly string[];
      /** Of a record that lacks it. */
      readonly code: string;
      readonly reason: string;
    }[];
  };
};

/** How records of one type belong to records of another. There is at most one kind from a type to another. */
export type AssociationKind<Type extends string = string> = {
  /** By which tables of other rooms name the kind. */
  readonly name: string;
  /** The type of the child, which is synced after its parent. */
  readonly from: Type;
  /** The type of the parent. */
  readonly to: Type;
  /** HubSpot's ids of its own labels, in the direction from the child to the parent. */
  readonly hubspot: {
    readonly plain: number;
    /** Of the one primary parent; comes with the plain label. */
    readonly primary: number | null;
  };
  /**
   * Where each side keeps the one primary parent of a child; null: all parents are equal. A type has at most one kind
   * with a primary parent, because a record has one column for it.
   */
  readonly primary: {
    /** The column of the record and of its view. */
    readonly column: "company_id";
    /** The name in the API. */
    readonly field: "companyId";
    /** The property of the child's object; null: only the labels tell. */
    readonly property: string | null;
  } | null;
  /** HubSpot may create parents by itself: the setting that makes it do so, and where it is. Absent: it never does. */
  readonly createdByHubSpot?: {
    readonly setting: string;
    readonly place: string;
  };
  /** A person who pushes a parent can push its children after it. */
  readonly pushedWithParent: boolean;
  /** The keys under which the child's settings keep what a portal has chosen. */
  readonly settings: {
    /** What the push of a child does with a parent that HubSpot lacks. */
    readonly bring: string;
    /** Whether children without a parent are left out. */
    readonly require: string;
  };
  /** What those choices are in a preset; in one that is absent here, as in a fresh installation. */
  readonly presets?: Readonly<
    Record<
      string,
      {
        readonly bring: "if-missing" | "always" | "never";
        readonly require: boolean;
      }
    >
  >;
};
