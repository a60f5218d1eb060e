import {
  Alert,
  Button,
  Checkbox,
  EmptyState,
  Flex,
  LoadingSpinner,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Tag,
  Text,
} from "@hubspot/ui-extensions";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useState } from "react";
import type { Mapping } from "./document.ts";
import { CheckedLine } from "./checked-line.tsx";
import { MappingPanel } from "./mapping-panel.tsx";
import { fieldLabel, newMapping, propertyLabel } from "./mappings.ts";
import type { Fault, Field, ObjectType, Properties } from "./page-answer.ts";
import { RowSearch, isFound } from "./row-search.tsx";
import { policyOptions } from "./sync-form.tsx";
import { useTablePaging } from "./table-paging.ts";
import { useLast } from "./use-last.ts";
import { useLoaded } from "./use-loaded.ts";
import { useAt, useTypeDraft } from "./use-settings.ts";

/** Which field of a type is mapped to which property of HubSpot, and how. */
export function MappingTab({ type }: { type: ObjectType }) {
  const { ready, server, locked } = useAt();
  const { settings, edit } = useTypeDraft(type);
  const { definitionsReadAt } = ready.page.installation;
  // Read again when HubSpot was.
  const readAt = definitionsReadAt ?? "";
  const properties = useLoaded(`${type.type} ${readAt}`, () =>
    server.properties(type.type),
  );
  const fields = useLoaded(type.type, () => server.fields(type.type));
  const last = useLast(properties.value);
  const { failure } = properties;
  const faults = useMappingFaults(type);
  const [search, setSearch] = useState("");
  const [onlyFaulty, setOnlyFaulty] = useState(false);
  const { paged, toFirst } = useTablePaging();
  if (last === null && failure === null)
    return (
      <LoadingSpinner label="Loading fields…" showLabel layout="centered" />
    );
  const known = last ?? { readAt: null, groups: [], results: [] };
  const named = fields.value?.results ?? [];
  const isReadOnly = locked || failure !== null;
  const { shown, table } = paged(
    settings.mappings.filter(
      (mapping) =>
        (!onlyFaulty || faults.has(mapping.field)) &&
        isFound(search, [
          mapping.field,
          fieldLabel(type, mapping.field, named),
          mapping.property,
          propertyLabel(known.results, mapping.property),
        ]),
    ),
  );
  const replace = (field: string | null, mapping: Mapping | null) =>
    edit((now) => ({
      ...now,
      mappings:
        field === null
          ? [...now.mappings, ...(mapping === null ? [] : [mapping])]
          : now.mappings.flatMap((one) =>
              one.field === field ? (mapping === null ? [] : [mapping]) : [one],
            ),
    }));
  return (
    <Flex direction="column" gap="sm" testId={`${type.type}-mapping`}>
      {failure === null ? null : (
        <Alert
          title="HubSpot's fields couldn't be loaded"
          variant="danger"
          testId="no-properties"
        >
          <Flex direction="column" gap="xs" align="start">
            <Text>
              {sentenceOf(failure.message, "Mappings can't be changed now")}
            </Text>
            <Button
              size="xs"
              onClick={properties.again}
              testId="load-properties"
            >
              Try again
            </Button>
          </Flex>
        </Alert>
      )}
      <CheckedLine />
      <TypeFindings type={type} />
      <Flex direction="row" gap="sm" align="end" wrap>
        <RowSearch
          name="search"
          text={search}
          onSearch={(typed) => {
            setSearch(typed);
            toFirst();
          }}
        />
        <Checkbox
          name="only-problems"
          checked={onlyFaulty}
          onChange={(isOn) => {
            setOnlyFaulty(isOn);
            toFirst();
          }}
          testId="only-problems"
        >
          Only with problems
        </Checkbox>
        <MappingPanel
          id="add-mapping"
          label="Add a mapping"
          type={type}
          known={known}
          start={newMapping}
          locked={isReadOnly}
          onFieldMade={fields.again}
          onDone={(mapping) => replace(null, mapping)}
        />
      </Flex>
      {shown.length === 0 ? (
        <NoRows isFiltered={settings.mappings.length > 0} />
      ) : (
        <Table density="condensed" {...table}>
          <MappingHead />
          <TableBody>
            {shown.map((mapping) => (
              <MappingRow
                key={mapping.field}
                type={type}
                mapping={mapping}
                known={known}
                fields={named}
                faults={faults.get(mapping.field) ?? []}
                locked={isReadOnly}
                onFieldMade={fields.again}
                onChange={(to) => replace(mapping.field, to)}
              />
            ))}
          </TableBody>
        </Table>
      )}
    </Flex>
  );
}

function MappingHead() {
  const productName = useProductName();
  return (
    <TableHead>
      <TableRow>
        <TableHeader>HubSpot property</TableHeader>
        <TableHeader>Direction</TableHeader>
        <TableHeader>{`${atStart(productName)} field`}</TableHeader>
        <TableHeader>Changed on both sides</TableHeader>
        <TableHeader>Blank</TableHeader>
        <TableHeader> </TableHeader>
      </TableRow>
    </TableHead>
  );
}

function MappingRow({
  type,
  mapping,
  known,
  fields,
  faults,
  locked,
  onFieldMade,
  onChange,
}: {
  type: ObjectType;
  mapping: Mapping;
  known: Properties;
  fields: readonly Field[];
  faults: readonly string[];
  locked: boolean;
  onFieldMade: () => void;
  onChange: (mapping: Mapping | null) => void;
}) {
  const productName = useProductName();
  const { field, property, direction, policy, write, clear } = mapping;
  const isIdentity = field === type.identityField;
  const rule = policyOptions(productName, policy).find(
    ({ value }) => value === policy,
  );
  return (
    <TableRow testId={`mapping-${field}`}>
      <TableCell>
        <Text>{propertyLabel(known.results, property)}</Text>
        <Text variant="microcopy">{property}</Text>
        {isIdentity ? (
          <Text variant="microcopy" testId={`mapping-${field}-fixed`}>
            {`Fixed, because ${type.plural} are matched by it`}
          </Text>
        ) : null}
        {faults.length === 0 ? null : (
          <Flex
            direction="column"
            gap="flush"
            testId={`mapping-${field}-fault`}
          >
            {faults.map((fault) => (
              <Text key={fault} variant="microcopy">
                {sentenceOf(fault)}
              </Text>
            ))}
          </Flex>
        )}
      </TableCell>
      <TableCell>
        <Tag variant={faults.length === 0 ? "default" : "warning"}>
          {directionLabel(direction, productName)}
        </Tag>
      </TableCell>
      <TableCell>
        <Text>{fieldLabel(type, field, fields)}</Text>
        <Text variant="microcopy">{field}</Text>
      </TableCell>
      <TableCell>
        {policy === undefined
          ? `As for ${type.plural}`
          : (rule?.label ?? policy)}
      </TableCell>
      <TableCell>
        {[
          ...(write === "fill" ? ["Only blanks are filled"] : []),
          clear ? "May clear data" : "Keeps data",
        ].join(". ")}
      </TableCell>
      <TableCell>
        <MappingPanel
          id={`edit-${field}`}
          label="Edit"
          type={type}
          known={known}
          start={() => mapping}
          field={field}
          locked={locked}
          onFieldMade={onFieldMade}
          onDone={onChange}
        />
      </TableCell>
    </TableRow>
  );
}

export const directionLabel = (
  direction: Mapping["direction"],
  productName: string,
): string =>
  ({
    both: "Both ways",
    pull: `To ${productName}`,
    push: "To HubSpot",
  })[direction];

function NoRows({ isFiltered }: { isFiltered: boolean }) {
  return (
    <EmptyState
      title={isFiltered ? "No mappings match" : "No mappings yet"}
      layout="vertical"
      testId="no-mappings"
    >
      <Text>
        {isFiltered
          ? "Clear the search, or show all mappings."
          : "Fields that aren't mapped don't sync. Add a mapping to sync a field."}
      </Text>
    </EmptyState>
  );
}

/** What no longer fits of the type's mappings together. */
function TypeFindings({ type }: { type: ObjectType }) {
  const { ready } = useAt();
  const found = ready.page.drift.results.filter(
    ({ objectType, field }) => objectType === type.type && field === "",
  );
  return found.map(({ code, cause, fix }) => (
    <Alert
      key={code}
      title={`HubSpot may reject new ${type.plural}`}
      variant="warning"
      testId={`finding-${code}`}
    >
      <Text>{sentenceOf(cause, fix)}</Text>
    </Alert>
  ));
}

/**
 * What is wrong with mappings, by field: what was found of the saved ones, with the number of records, what the last check
 * of the draft found, and what HubSpot doesn't allow.
 */
function useMappingFaults({
  type,
}: ObjectType): ReadonlyMap<string, readonly string[]> {
  const {
    ready: { page, draft, faults },
  } = useAt();
  const found = new Map<string, string[]>();
  const add = (field: string, message: string) => {
    const known = found.get(field) ?? [];
    if (!known.includes(message)) found.set(field, [...known, message]);
  };
  const addAt = (of: typeof draft, list: readonly Fault[], start: string) => {
    for (const { path, message } of list) {
      const [at] = path.startsWith(start)
        ? path.slice(start.length).split(".")
        : [];
      const field =
        at === undefined
          ? undefined
          : (of[type] as { mappings: Mapping[] }).mappings[Number(at)]?.field;
      if (field !== undefined) add(field, message);
    }
  };
  for (const { objectType, field, cause, fix } of page.drift.results)
    if (objectType === type && field !== "") add(field, sentenceOf(cause, fix));
  addAt(page.settings, page.warnings, `${type}.mappings.`);
  addAt(draft, faults, `settings.${type}.mappings.`);
  return found;
}
