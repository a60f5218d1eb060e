import {
  DescriptionList,
  DescriptionListItem,
  Flex,
} from "@hubspot/ui-extensions";
import { isLong, OneValue } from "./one-value.tsx";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import type { SyncField } from "./sync-view.ts";
import { WholeValueButton } from "./whole-value.tsx";

type Sides = Pick<SyncField, "field" | "label" | "workspace" | "hubspot">;

/** What each side has; the newer one of the two, if there is one, in bold. */
export function BothValues({
  of: { field, label, workspace, hubspot },
  newer,
}: {
  of: Sides;
  newer: "workspace" | "hubspot" | null;
}) {
  const productName = useProductName();
  return (
    <>
      <DescriptionList direction="row">
        <DescriptionListItem label="HubSpot">
          <OneValue value={hubspot} bold={newer === "hubspot"} />
        </DescriptionListItem>
        <DescriptionListItem label={atStart(productName)}>
          <OneValue value={workspace} bold={newer === "workspace"} />
        </DescriptionListItem>
      </DescriptionList>
      {isLong(workspace) || isLong(hubspot) ? (
        <Flex direction="row">
          <WholeValueButton field={field} label={label} />
        </Flex>
      ) : null}
    </>
  );
}
