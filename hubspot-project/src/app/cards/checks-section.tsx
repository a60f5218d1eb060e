import { Accordion } from "@hubspot/ui-extensions";
import { CheckList } from "counterpart-kit/check-list.tsx";
import type { SyncView } from "./sync-view.ts";

/** Why something isn't synced, check by check. What is linked syncs, and its problems are listed above. */
export function ChecksSection({ view }: { view: SyncView }) {
  const { checks, record, object } = view;
  const isOnBoth = record !== null && object !== null;
  if (isOnBoth || !checks.some(({ passed }) => passed === false)) return null;
  return (
    <Accordion title="Why it isn't synced" size="sm" testId="checks">
      <CheckList checks={checks} />
    </Accordion>
  );
}
