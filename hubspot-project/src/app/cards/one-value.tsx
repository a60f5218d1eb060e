import { Text } from "@hubspot/ui-extensions";
import { shownValue } from "counterpart-kit/value-text.ts";

/** How many letters of a value are shown in its place; what is longer can be read whole. */
const longest = 120;

/** Whether a value is longer than its place shows. What the server has cut is still longer than this. */
export const isLong = (value: string | null): boolean =>
  value !== null && value.length > longest;

/** One side's value, whole or its beginning; a blank reads as "empty". */
export function OneValue({
  value,
  bold = false,
  whole = false,
}: {
  value: string | null;
  bold?: boolean;
  whole?: boolean;
}) {
  if (value === null || value === "")
    return <Text format={{ italic: true }}>empty</Text>;
  return (
    <Text format={bold ? { fontWeight: "bold" } : {}}>
      {shownValue(value, whole ? Infinity : longest)}
    </Text>
  );
}
