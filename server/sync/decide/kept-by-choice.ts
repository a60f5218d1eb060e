/** Why a record or object lives on without its other side. */
export const keptReason = {
  to_workspace:
    "Deleted in HubSpot. Someone chose to keep it in the workspace, so it was unlinked. To create it in HubSpot again, push it.",
  to_hubspot:
    "Deleted in the workspace. Someone chose to keep it in HubSpot, so it was unlinked. To create it in the workspace again, pull it.",
} as const;

export const KEPT = "kept_by_choice";
