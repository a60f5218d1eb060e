import { Tab, Tabs } from "@hubspot/ui-extensions";
import { MappingTab } from "./mapping-tab.tsx";
import type { ObjectType } from "./page-answer.ts";
import { SyncForm } from "./sync-form.tsx";

/** The settings of one object type: what syncs, and how its fields are mapped. */
export function TypeTab({
  type,
  part,
  onPart,
}: {
  type: ObjectType;
  part: string;
  onPart: (part: string) => void;
}) {
  return (
    <Tabs
      selected={part}
      variant="enclosed"
      onSelectedChange={(to: string | number) => onPart(String(to))}
      testId={`${type.type}-tabs`}
    >
      <Tab tabId="sync" title="Sync">
        {part === "sync" ? <SyncForm type={type} /> : null}
      </Tab>
      <Tab tabId="mapping" title="Mapping">
        {part === "mapping" ? <MappingTab type={type} /> : null}
      </Tab>
    </Tabs>
  );
}
