import { SyncCard } from "../../hubspot-project/src/app/cards/sync-card.tsx";
import type { SyncView } from "../../hubspot-project/src/app/cards/sync-view.ts";
import { openExtension } from "./extension-on-a-page.tsx";

export { ORIGIN, soon } from "./extension-on-a-page.tsx";
export type { Question } from "./extension-on-a-page.tsx";

/** A card on an object's page. */
export function openCard(objectTypeId = "0-1", objectId = 501) {
  const extension = openExtension(
    "crm.record.sidebar",
    () => (
      <SyncCard
        pace={{
          firstPause: 1,
          longestPause: 2,
          maxPolls: 4,
          maxResends: 3,
          debounce: 1,
        }}
      />
    ),
    (page) => {
      page.mocks.context.crm = { objectTypeId, objectId };
    },
  );
  return {
    ...extension,
    /** Shows the same page for another object, as HubSpot may do without starting the card anew. */
    visit: (other: number) => {
      extension.page.mocks.context.crm = { objectTypeId, objectId: other };
      extension.redraw();
    },
  };
}

export type OpenCard = ReturnType<typeof openCard>;

/** A card that shows this view. */
export async function cardShowing(view: SyncView): Promise<OpenCard> {
  const card = openCard(view.objectType === "contact" ? "0-1" : "0-2");
  (await card.question(1)).answer(view);
  await card.says("Refresh");
  return card;
}
