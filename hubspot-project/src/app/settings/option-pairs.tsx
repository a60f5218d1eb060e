import {
  Flex,
  LoadingButton,
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
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { plural, sentenceOf } from "counterpart-kit/words.ts";
import { useState } from "react";
import type { Conversion } from "./document.ts";
import { LISTED } from "./listed-values.ts";
import { ListInput } from "./list-input.tsx";
import { valuesOf, withSuggested, withValues } from "./mappings.ts";
import type { Option, Suggestion } from "./page-answer.ts";
import { useTablePaging } from "./table-paging.ts";
import { useLoaded } from "./use-loaded.ts";
import { useAt } from "./use-settings.ts";

type Props = {
  type: string;
  field: string;
  property: string;
  conversion: Conversion;
  onChange: (conversion: Conversion) => void;
};

/** Which values of the product belong to each option of HubSpot. Those without one come first. */
export function OptionPairs(props: Props) {
  const { type, property } = props;
  const { server } = useAt();
  const key = `${type} ${property}`;
  const { value, failure, again } = useLoaded(key, () =>
    server.options(type, property),
  );
  if (value !== null)
    return <Pairs key={key} {...props} options={value.results} />;
  if (failure === null)
    return <LoadingSpinner label="Loading options…" showLabel />;
  return (
    <LoadFailed
      title={failure.title}
      message={failure.message}
      onAgain={again}
    />
  );
}

function Pairs({
  options,
  ...props
}: Props & {
  options: readonly Option[];
}) {
  const { conversion, onChange } = props;
  const productName = useProductName();
  const { paged } = useTablePaging();
  // As they were found: a row must not move while its value is typed.
  const [unmapped] = useState(() =>
    options
      .filter(({ value }) => valuesOf(conversion, value).length === 0)
      .map(({ value }) => value),
  );
  const isUnmapped = ({ value }: Option) => unmapped.includes(value);
  const { shown, table } = paged([
    ...options.filter(isUnmapped),
    ...options.filter((option) => !isUnmapped(option)),
  ]);
  const open = options.filter(
    ({ value }) => valuesOf(conversion, value).length === 0,
  );
  return (
    <Flex direction="column" gap="sm" testId="pairs">
      <Text variant="microcopy">
        {`Several values of ${productName} can belong to one option. ${LISTED} Pulled, the option becomes the first of them.`}
      </Text>
      <Text variant="microcopy" testId="unmapped">
        {open.length === 0
          ? "Every option has a value."
          : sentenceOf(
              `${plural(open.length, "option")} without a value: ${named(open.map(({ label }) => label))}`,
              `Such an option isn't pulled, and shows as a problem on the record's card until it has a value`,
            )}
      </Text>
      <MapByName
        {...props}
        isDone={open.length === 0}
        onFound={(pairs) => onChange(withSuggested(conversion, pairs))}
      />
      <Table density="condensed" {...table}>
        <TableHead>
          <TableRow>
            <TableHeader>HubSpot option</TableHeader>
            <TableHeader>{`${atStart(productName)} values`}</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {shown.map(({ value, label }) => (
            <TableRow key={value}>
              <TableCell>{label}</TableCell>
              <TableCell>
                <ListInput
                  label={`Values for ${label}`}
                  description=""
                  name={`option-${value}`}
                  values={valuesOf(conversion, value)}
                  readOnly={false}
                  onChange={(values) =>
                    onChange(withValues(conversion, value, values))
                  }
                  testId={`option-${value}`}
                />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Flex>
  );
}

/** Names that a sentence lists. */
const NAMED = 5;

const named = (names: readonly string[]): string =>
  names.length > NAMED
    ? `${names.slice(0, NAMED).join(", ")}, and ${names.length - NAMED} more`
    : names.join(", ");

/** Pairs by name, which the server finds from the field's options, or from the values that records have (BN-016). */
function MapByName({
  type,
  field,
  property,
  isDone,
  onFound,
}: Props & {
  isDone: boolean;
  onFound: (pairs: Suggestion["pairs"]) => void;
}) {
  const { server } = useAt();
  const productName = useProductName();
  const [isBusy, setIsBusy] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const find = () => {
    setIsBusy(true);
    setSaid(null);
    void server.suggest(type, field, property).then((answer) => {
      setIsBusy(false);
      if (answer.kind === "failed")
        return setSaid(sentenceOf(answer.message || answer.title));
      const { pairs, unmapped } = answer.value;
      onFound(pairs);
      if (unmapped.workspace.length > 0)
        setSaid(
          sentenceOf(
            `${plural(unmapped.workspace.length, "value")} of ${productName} without an option: ${named(unmapped.workspace)}`,
            "Such a value isn't pushed, and shows as a problem on the record's card until it has an option",
          ),
        );
      else if (pairs.length === 0) setSaid("No names match.");
    });
  };
  return (
    <Flex direction="column" gap="xs" align="start">
      <LoadingButton
        size="xs"
        variant="secondary"
        loading={isBusy}
        disabled={isDone || field === ""}
        onClick={find}
        testId="map-by-name"
      >
        Map all by name
      </LoadingButton>
      {said === null ? null : (
        <Text variant="microcopy" testId="map-by-name-said">
          {said}
        </Text>
      )}
    </Flex>
  );
}
