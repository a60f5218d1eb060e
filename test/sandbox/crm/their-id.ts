/** A property of contacts that an app defines, with unique values. */
export const theirId = {
  name: "their_id",
  label: "Their id",
  type: "string",
  fieldType: "text",
  groupName: "contactinformation",
  hasUniqueValue: true,
} as const;
