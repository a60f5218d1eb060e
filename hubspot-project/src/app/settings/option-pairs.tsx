import {
  Button,
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
import type { Answer } from "counterpart-kit/ask.ts";
import { LoadFailed } from "counterpart-kit/load-failed.tsx";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { plural } from "counterpart-kit/words.ts";
import { useEffect, useState } from "react";
import type { Conversion } from "./document.ts";
import { ListInput } from "./list-input.tsx";
import { mappedByName, valuesOf, withValues } from "./mappings.ts";
import type { Option } from "./page-answer.ts";
import { useAt } from "./use-settings.ts";

type Props = {
  type: string;
  property: string;
  conversion: Conversion;
  onChange: (conversion: Conversion) => void;
};

/** Which values of the product each option of HubSpot stands for. Those without one come first. */
export function OptionPairs({ type, property, conversion, onChange }: Props) {
  const { server } = useAt();
  const productName = useProductName();
  const [answer, setAnswer] = useState<Answer<{ results: Option[] }> | null>(
    null,
  );
  const [turn, setTurn] = useState(0);
  // The order in which they were found: a row must not move while its value is typed.
  const [unmapped, setUnmapped] = useState<readonly string[]>([]);
  useEffect(() => {
    let isCurrent = true;
    setAnswer(null);
    void server.options(type, property).then((come) => {
      if (!isCurrent) return;
      setAnswer(come);
      if (come.kind === "answered")
        setUnmapped(
          come.value.results
            .filter(({ value }) => valuesOf(conversion, value).length === 0)
            .map(({ value }) => value),
        );
    });
    return () => {
      isCurrent = false;
    };
    // Not when a value is typed: the options stay the same.
  }, [server, type, property, turn]);
  if (answer === null)
    return <LoadingSpinner label="Loading options…" showLabel />;
  if (answer.kind === "failed")
    return (
      <LoadFailed
        title={answer.title}
        message={answer.message}
        onAgain={() => setTurn(turn + 1)}
      />
    );
  const options = answer.value.results;
  const isUnmapped = ({ value }: Option) => unmapped.includes(value);
  const rows = [
    ...options.filter(isUnmapped),
    ...options.filter((option) => !isUnmapped(option)),
  ];
  const open = options.filter(
    ({ value }) => valuesOf(conversion, value).length === 0,
  ).length;
  return (
    <Flex direction="column" gap="sm" testId="pairs">
      <Text variant="microcopy">
        {`Several values of ${productName} can stand for one option: separate them with commas.`}
      </Text>
      <Text variant="microcopy">
        {open === 0
          ? "Every option has a value."
          : `${plural(open, "option")} without a value. A value without a partner isn't copied, and the record's card says so.`}
      </Text>
      <Flex direction="row">
        <Button
          size="xs"
          disabled={open === 0}
          onClick={() => onChange(mappedByName(conversion, options))}
          testId="map-by-name"
        >
          Map all by name
        </Button>
      </Flex>
      <Table density="condensed">
        <TableHead>
          <TableRow>
            <TableHeader>HubSpot option</TableHeader>
            <TableHeader>{`${atStart(productName)} values`}</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map(({ value, label }) => (
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
