import type { ObjectTypeDescriptor } from "./descriptor.ts";

/** People. HubSpot has one contact per email, and refuses a second one. */
export const contact = {
  names: {
    singular: "contact",
    plural: "contacts",
    route: "contacts",
    label: { singular: "Contact", plural: "Contacts" },
  },
  hubspot: {
    typeId: "0-1",
    path: "contacts",
    eventName: "CONTACT",
    // Every other type calls it hs_lastmodifieddate.
    modifiedProperty: "lastmodifieddate",
    propertyGroup: "contactinformation",
    scopes: {
      read: "crm.objects.contacts.read",
      write: "crm.objects.contacts.write",
      readDefinitions: "crm.schemas.contacts.read",
      writeDefinitions: "crm.schemas.contacts.write",
    },
    required: true,
  },
  identity: {
    kind: "email",
    field: "email",
    property: "email",
    additional: "hs_additional_emails",
    unique: true,
    several: { choose: "none", code: "ambiguous_email" },
    taken: "duplicate_email",
  },
  fields: {
    email: {
      kind: "text",
      label: "Email",
      mapping: { property: "email", conversion: "email" },
    },
    first_name: {
      kind: "text",
      label: "First name",
      mapping: { property: "firstname" },
    },
    last_name: {
      kind: "text",
      label: "Last name",
      mapping: { property: "lastname" },
    },
    phone: {
      kind: "text",
      label: "Phone number",
      mapping: { property: "phone" },
    },
    mobile_phone: {
      kind: "text",
      label: "Mobile phone number",
      mapping: { property: "mobilephone" },
    },
    job_title: {
      kind: "text",
      label: "Job title",
      mapping: { property: "jobtitle" },
    },
    stage: {
      kind: "text",
      label: "Lifecycle stage",
      mapping: { property: "lifecyclestage" },
    },
    lead_status: {
      kind: "text",
      label: "Lead status",
      mapping: { property: "hs_lead_status" },
    },
    email_status: { kind: "text", label: "Email status" },
    linkedin_url: {
      kind: "text",
      label: "LinkedIn URL",
      mapping: { property: "hs_linkedin_url" },
    },
    city: { kind: "text", label: "City", mapping: { property: "city" } },
    state: {
      kind: "text",
      label: "State/Region",
      mapping: { property: "state" },
    },
    country: {
      kind: "text",
      label: "Country/Region",
      mapping: { property: "country" },
    },
    owner_email: {
      kind: "text",
      label: "Contact owner",
      mapping: { property: "hubspot_owner_id", conversion: "owner" },
    },
  },
  together: [],
  namedBy: [["first_name", "last_name"], ["email"]],
  policy: "initiator",
  flows: {
    pull: true,
    push: true,
    sweep: true,
    merge: true,
    restore: true,
    delete: true,
    erase: true,
  },
  creation: {
    waitsForFirstPull: true,
    needs: [
      {
        anyOf: ["email", "firstname", "lastname"],
        code: "nothing_to_identify",
        reason: "HubSpot needs an email, a first name, or a last name.",
      },
    ],
  },
} as const satisfies ObjectTypeDescriptor;
