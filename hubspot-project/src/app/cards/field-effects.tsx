import { Text } from "@hubspot/ui-extensions";
import type { SyncField, SyncView } from "./sync-view.ts";
import { effectSentence } from "./wording.ts";

/**
 * What Pull and Push would do to one field: shown once if both would do the same, and not for a disabled button, which
 * says why it is disabled.
 */
export function FieldEffects({
  field,
  view,
}: {
  field: Pick<SyncField, "onPull" | "onPush">;
  view: Pick<SyncView, "pull" | "push" | "productName">;
}) {
  const pull = view.pull.allowed
    ? effectSentence(field.onPull, view.productName)
    : null;
  const push = view.push.allowed
    ? effectSentence(field.onPush, view.productName)
    : null;
  if (pull !== null && pull === push)
    return <Effect who="Pull or Push" what={pull} />;
  return (
    <>
      {pull === null ? null : <Effect who="Pull" what={pull} />}
      {push === null ? null : <Effect who="Push" what={push} />}
    </>
  );
}

function Effect({ who, what }: { who: string; what: string }) {
  return (
    <Text variant="microcopy">
      <Text inline variant="microcopy" format={{ fontWeight: "demibold" }}>
        {who}
      </Text>
      {` ${what}`}
    </Text>
  );
}
