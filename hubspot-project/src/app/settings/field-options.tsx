import {
  Button,
  Flex,
  Input,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "@hubspot/ui-extensions";
import { faultOf } from "./field-fault.ts";
import type { Option } from "./page-answer.ts";
import { useTablePaging } from "./table-paging.ts";

/** The options of a field: what records have, and what people read. */
export function FieldOptions({
  options,
  faults,
  onChange,
}: {
  options: readonly Option[];
  /** What is wrong, by the place of an option. */
  faults: Readonly<Record<number, string>>;
  onChange: (options: readonly Option[]) => void;
}) {
  const { paged, toRow } = useTablePaging();
  const { shown, start, table } = paged(options);
  const set = (at: number, some: Partial<Option>) =>
    onChange(
      options.map((option, place) =>
        place === at ? { ...option, ...some } : option,
      ),
    );
  return (
    <Flex direction="column" gap="sm" testId="field-options">
      <Table density="condensed" {...table}>
        <TableHead>
          <TableRow>
            <TableHeader>Value</TableHeader>
            <TableHeader>Label</TableHeader>
            <TableHeader> </TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {shown.map(({ value, label }, row) => {
            const at = start + row;
            return (
              <TableRow key={at}>
                <TableCell>
                  <Input
                    label={`Value ${at + 1}`}
                    name={`option-value-${at}`}
                    value={value}
                    onInput={(to) => set(at, { value: to })}
                    testId={`option-value-${at}`}
                    {...faultOf(faults[at])}
                  />
                </TableCell>
                <TableCell>
                  <Input
                    label={`Label ${at + 1}`}
                    name={`option-label-${at}`}
                    value={label}
                    onInput={(to) => set(at, { label: to })}
                    testId={`option-label-${at}`}
                  />
                </TableCell>
                <TableCell>
                  <Button
                    size="xs"
                    variant="secondary"
                    onClick={() =>
                      onChange(options.filter((_, place) => place !== at))
                    }
                    testId={`remove-option-${at}`}
                  >
                    Remove
                  </Button>
                </TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
      <Flex direction="row">
        <Button
          size="xs"
          onClick={() => {
            onChange([...options, { value: "", label: "" }]);
            toRow(options.length);
          }}
          testId="add-option"
        >
          Add an option
        </Button>
      </Flex>
    </Flex>
  );
}
