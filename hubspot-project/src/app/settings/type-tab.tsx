import { Tab, Tabs } from "@hubspot/ui-extensions";
import { FieldsTab } from "./fields-tab.tsx";
import { MappingTab } from "./mapping-tab.tsx";
import type { ObjectType } from "./page-answer.ts";
import { PipelinesTab } from "./pipelines-tab.tsx";
import { SyncForm } from "./sync-form.tsx";

/** The settings of one object type: what syncs, how its fields are mapped, and which fields there are. */
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
      {type.pipelines ? (
        <Tab tabId="pipelines" title="Pipelines">
          {part === "pipelines" ? <PipelinesTab type={type} /> : null}
        </Tab>
      ) : null}
      <Tab tabId="mapping" title="Mapping">
        {part === "mapping" ? <MappingTab type={type} /> : null}
      </Tab>
      <Tab tabId="fields" title="Fields">
        {part === "fields" ? <FieldsTab type={type} /> : null}
      </Tab>
    </Tabs>
  );
}
