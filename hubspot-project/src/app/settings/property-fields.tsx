import { Select } from "@hubspot/ui-extensions";
import { useState } from "react";
import { faultOf } from "./field-fault.ts";
import type { Properties } from "./page-answer.ts";

/** The choice of every group: HubSpot takes an empty value for none. */
const ALL = "*";

/** The property of a mapping, found by HubSpot's groups as HubSpot names them (BN-104). */
export function PropertyFields({
  known,
  property,
  readOnly,
  fault,
  onProperty,
}: {
  known: Properties;
  property: string;
  readOnly: boolean;
  fault: string | undefined;
  onProperty: (name: string) => void;
}) {
  const chosen = known.results.find(({ name }) => name === property);
  const [group, setGroup] = useState(chosen?.group ?? ALL);
  const offered = known.results.filter(
    (one) => group === ALL || one.group === group,
  );
  // One that is gone from HubSpot, or in another group, stays chosen.
  const isOffered = offered.some(({ name }) => name === property);
  return (
    <>
      <Select
        label="Property group"
        name="group"
        value={group}
        readOnly={readOnly}
        options={[
          { value: ALL, label: "All groups" },
          ...known.groups.map(({ name, label }) => ({ value: name, label })),
        ]}
        onChange={(to) => setGroup(String(to))}
        testId="group"
      />
      <Select
        label="HubSpot property"
        name="property"
        required
        placeholder="Choose a property"
        value={property}
        readOnly={readOnly}
        options={[
          ...(isOffered || property === ""
            ? []
            : [
                {
                  value: property,
                  label: chosen?.label ?? `${property} (not in HubSpot)`,
                },
              ]),
          ...offered.map(({ name, label, readOnly: isReadOnly }) => ({
            value: name,
            label: `${label} (${name}${isReadOnly ? ", read-only" : ""})`,
          })),
        ]}
        onChange={(name) => onProperty(String(name))}
        testId="property"
        {...faultOf(fault)}
      />
    </>
  );
}
