/** Whoever works in HubSpot's own screens, as the source of a change. */
export const user = {
  changeSource: "CRM_UI",
  sourceId: "userId:1",
  userId: 1,
} as const;
