import { Text } from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import type { Change } from "./sync-view.ts";
import { beforeAfter } from "counterpart-kit/value-text.ts";
import { plural } from "counterpart-kit/words.ts";
import { sideName } from "./wording.ts";

/** Values that moved, one line each, before and after. */
export function ChangeLines({
  changes,
  atMost,
}: {
  changes: Change[];
  atMost: number;
}) {
  const productName = useProductName();
  const rest = changes.length - atMost;
  return (
    <>
      {changes.slice(0, atMost).map(({ field, label, side, before, after }) => (
        <Text key={`${side} ${field}`} variant="microcopy">
          <Text inline variant="microcopy" format={{ fontWeight: "demibold" }}>
            {label}
          </Text>
          {` in ${sideName(side, productName)}: ${beforeAfter(before, after)}`}
        </Text>
      ))}
      {rest > 0 ? (
        <Text variant="microcopy">{`and ${plural(rest, "more value")}`}</Text>
      ) : null}
    </>
  );
}
