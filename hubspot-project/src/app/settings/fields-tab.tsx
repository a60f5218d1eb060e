import {
  EmptyState,
  Flex,
  LoadingSpinner,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from "@hubspot/ui-extensions";
import { LoadFailed } from "counterpart-kit/load-failed.tsx";
import { useProductName } from "counterpart-kit/product-name.ts";
import { plural } from "counterpart-kit/words.ts";
import { useState } from "react";
import { FieldPanel } from "./field-panel.tsx";
import { fieldTypeLabels } from "./mappings.ts";
import type { Field, ObjectType } from "./page-answer.ts";
import { RowSearch, isFound } from "./row-search.tsx";
import { useTablePaging } from "./table-paging.ts";
import { useLoaded } from "./use-loaded.ts";
import { useAt, useTypeDraft } from "./use-settings.ts";

/** The fields that records of a type have in the product: the standard ones, and those that someone has added. */
export function FieldsTab({ type }: { type: ObjectType }) {
  const { server, locked } = useAt();
  const { settings } = useTypeDraft(type);
  const productName = useProductName();
  const fields = useLoaded(type.type, () => server.fields(type.type));
  const [search, setSearch] = useState("");
  const { paged, toFirst } = useTablePaging();
  if (fields.value === null)
    return fields.failure === null ? (
      <LoadingSpinner label="Loading fields…" showLabel layout="centered" />
    ) : (
      <LoadFailed
        title={fields.failure.title}
        message={fields.failure.message}
        onAgain={fields.again}
      />
    );
  const { shown, table } = paged(
    fields.value.results.filter(({ name, label }) =>
      isFound(search, [name, label]),
    ),
  );
  return (
    <Flex direction="column" gap="sm" testId={`${type.type}-fields`}>
      <Text variant="microcopy">
        {`Fields of ${type.plural} in ${productName}. Fields are added and changed at once, without Save.`}
      </Text>
      <Flex direction="row" gap="sm" align="end" wrap>
        <RowSearch
          name="search-fields"
          text={search}
          onSearch={(typed) => {
            setSearch(typed);
            toFirst();
          }}
        />
        <FieldPanel
          type={type}
          field={null}
          locked={locked}
          onSaved={fields.again}
        />
      </Flex>
      {shown.length === 0 ? (
        <EmptyState
          title="No fields match"
          layout="vertical"
          testId="no-fields-match"
        >
          <Text>Clear the search to see all fields.</Text>
        </EmptyState>
      ) : (
        <Table density="condensed" {...table}>
          <TableHead>
            <TableRow>
              <TableHeader>Field</TableHeader>
              <TableHeader>Type</TableHeader>
              <TableHeader>Mapped to</TableHeader>
              <TableHeader> </TableHeader>
            </TableRow>
          </TableHead>
          <TableBody>
            {shown.map((field) => (
              <FieldRow
                key={field.name}
                type={type}
                field={field}
                property={
                  settings.mappings.find((one) => one.field === field.name)
                    ?.property ?? null
                }
                locked={locked}
                onSaved={fields.again}
              />
            ))}
          </TableBody>
        </Table>
      )}
      {fields.isLoading ? (
        <LoadingSpinner label="Updating…" showLabel size="xs" />
      ) : null}
    </Flex>
  );
}

function FieldRow({
  type,
  field,
  property,
  locked,
  onSaved,
}: {
  type: ObjectType;
  field: Field;
  property: string | null;
  locked: boolean;
  onSaved: () => void;
}) {
  const { name, label, standard, options } = field;
  return (
    <TableRow testId={`field-${name}`}>
      <TableCell>
        <Text>{label}</Text>
        <Text variant="microcopy">{name}</Text>
      </TableCell>
      <TableCell>
        <Text>{fieldTypeLabels[field.type] ?? field.type}</Text>
        {options > 0 ? (
          <Text variant="microcopy">{plural(options, "option")}</Text>
        ) : null}
      </TableCell>
      <TableCell>{property ?? "Not mapped"}</TableCell>
      <TableCell>
        {standard ? (
          <Text variant="microcopy">Standard, can't be changed</Text>
        ) : (
          <FieldPanel
            type={type}
            field={field}
            locked={locked}
            onSaved={onSaved}
          />
        )}
      </TableCell>
    </TableRow>
  );
}
