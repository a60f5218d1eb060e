import {
  Alert,
  Button,
  Checkbox,
  EmptyState,
  Flex,
  LoadingSpinner,
  SearchInput,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Tag,
  Text,
} from "@hubspot/ui-extensions";
import type { Failure } from "counterpart-kit/ask.ts";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useEffect, useState } from "react";
import type { Mapping } from "./document.ts";
import { MappingPanel } from "./mapping-panel.tsx";
import { fieldLabel, newMapping, propertyLabel } from "./mappings.ts";
import type { Fault, ObjectType, Property } from "./page-answer.ts";
import { policyOptions } from "./sync-form.tsx";
import { useAt, useTypeDraft } from "./use-settings.ts";

/** Rows that are shown at once. */
const PAGE = 25;

/** Which field of a type is mapped to which property of HubSpot, and how. */
export function MappingTab({ type }: { type: ObjectType }) {
  const { locked } = useAt();
  const { settings, edit } = useTypeDraft(type);
  const { properties, failure, load } = useProperties(type.type);
  const faults = useMappingFaults(type);
  const [search, setSearch] = useState("");
  const [onlyFaulty, setOnlyFaulty] = useState(false);
  const [page, setPage] = useState(1);
  if (properties === null && failure === null)
    return (
      <LoadingSpinner label="Loading fields…" showLabel layout="centered" />
    );
  const known = properties ?? [];
  const isReadOnly = locked || failure !== null;
  const rows = settings.mappings.filter(
    (mapping) =>
      (!onlyFaulty || faults.has(mapping.field)) &&
      isFound(search, [
        mapping.field,
        fieldLabel(type, mapping.field),
        mapping.property,
        propertyLabel(known, mapping.property),
      ]),
  );
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const current = Math.min(page, pages);
  const paging =
    pages > 1
      ? {
          paginated: true as const,
          pageCount: pages,
          page: current,
          onPageChange: setPage,
        }
      : { paginated: false as const };
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
            <Button size="xs" onClick={load} testId="load-properties">
              Try again
            </Button>
          </Flex>
        </Alert>
      )}
      <Flex direction="row" gap="sm" align="end" wrap>
        <SearchInput
          label="Search"
          name="search"
          placeholder="Search fields"
          value={search}
          onInput={(typed) => {
            setSearch(typed);
            setPage(1);
          }}
          testId="search"
        />
        <Checkbox
          name="only-problems"
          checked={onlyFaulty}
          onChange={(isOn) => {
            setOnlyFaulty(isOn);
            setPage(1);
          }}
          testId="only-problems"
        >
          Only with problems
        </Checkbox>
        <MappingPanel
          id="add-mapping"
          label="Add a mapping"
          type={type}
          properties={known}
          start={newMapping}
          locked={isReadOnly}
          onDone={(mapping) => replace(null, mapping)}
        />
      </Flex>
      {rows.length === 0 ? (
        <NoRows isFiltered={settings.mappings.length > 0} />
      ) : (
        <Table density="condensed" {...paging}>
          <MappingHead />
          <TableBody>
            {rows.slice((current - 1) * PAGE, current * PAGE).map((mapping) => (
              <MappingRow
                key={mapping.field}
                type={type}
                mapping={mapping}
                properties={known}
                fault={faults.get(mapping.field) ?? null}
                locked={isReadOnly}
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
  properties,
  fault,
  locked,
  onChange,
}: {
  type: ObjectType;
  mapping: Mapping;
  properties: readonly Property[];
  fault: string | null;
  locked: boolean;
  onChange: (mapping: Mapping | null) => void;
}) {
  const productName = useProductName();
  const { field, property, direction, policy, clear } = mapping;
  const isIdentity = field === type.identityField;
  const rule = policyOptions(productName, policy).find(
    ({ value }) => value === policy,
  );
  return (
    <TableRow testId={`mapping-${field}`}>
      <TableCell>
        <Text>{propertyLabel(properties, property)}</Text>
        <Text variant="microcopy">
          {isIdentity ? `${property} (tells records apart)` : property}
        </Text>
        {fault === null ? null : (
          <Text variant="microcopy" testId={`mapping-${field}-fault`}>
            {fault}
          </Text>
        )}
      </TableCell>
      <TableCell>
        <Tag variant={fault === null ? "default" : "warning"}>
          {directionLabel(direction, productName)}
        </Tag>
      </TableCell>
      <TableCell>
        <Text>{fieldLabel(type, field)}</Text>
        <Text variant="microcopy">{field}</Text>
      </TableCell>
      <TableCell>
        {policy === undefined
          ? `As for ${type.plural}`
          : (rule?.label ?? policy)}
      </TableCell>
      <TableCell>{clear ? "May clear data" : "Keeps data"}</TableCell>
      <TableCell>
        <MappingPanel
          id={`edit-${field}`}
          label="Edit"
          type={type}
          properties={properties}
          start={() => mapping}
          field={field}
          locked={locked}
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

const isFound = (search: string, texts: readonly string[]): boolean =>
  texts.some((text) =>
    text.toLowerCase().includes(search.trim().toLowerCase()),
  );

/** HubSpot's properties of a type, read when they are looked at. A late response is ignored. */
function useProperties(type: string): {
  properties: readonly Property[] | null;
  failure: Failure | null;
  load: () => void;
} {
  const { server } = useAt();
  const [properties, setProperties] = useState<readonly Property[] | null>(
    null,
  );
  const [failure, setFailure] = useState<Failure | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    void server.properties(type).then((answer) => {
      if (!isCurrent) return;
      if (answer.kind === "failed") setFailure(answer);
      else {
        setFailure(null);
        setProperties(answer.value.results);
      }
    });
    return () => {
      isCurrent = false;
    };
  }, [server, type, turn]);
  return { properties, failure, load: () => setTurn(turn + 1) };
}

/** What is wrong with mappings, by field: what the last check of the draft found, and what HubSpot doesn't allow. */
function useMappingFaults({ type }: ObjectType): ReadonlyMap<string, string> {
  const {
    ready: { page, draft, faults },
  } = useAt();
  const found = new Map<string, string>();
  const add = (of: typeof draft, list: readonly Fault[], start: string) => {
    for (const { path, message } of list) {
      const [at] = path.startsWith(start)
        ? path.slice(start.length).split(".")
        : [];
      const field =
        at === undefined
          ? undefined
          : (of[type] as { mappings: Mapping[] }).mappings[Number(at)]?.field;
      if (field !== undefined) found.set(field, message);
    }
  };
  add(page.settings, page.warnings, `${type}.mappings.`);
  add(draft, faults, `settings.${type}.mappings.`);
  return found;
}
