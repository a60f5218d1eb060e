import {
  Button,
  Flex,
  LoadingSpinner,
  Select,
  Text,
} from "@hubspot/ui-extensions";
import { sentenceOf } from "counterpart-kit/words.ts";
import type { Mapping } from "./document.ts";
import { conversionLabels, conversionOf } from "./mappings.ts";
import { OptionPairs } from "./option-pairs.tsx";
import type { Fittings, ObjectType } from "./page-answer.ts";
import type { Loaded } from "./use-loaded.ts";

/** How values are converted, of the ways that fit, and what each loses (BN-105); option by option if that is chosen. */
export function ConversionFields({
  type,
  mapping,
  fitting,
  onChange,
}: {
  type: ObjectType;
  mapping: Mapping;
  fitting: Loaded<Fittings>;
  onChange: (mapping: Mapping) => void;
}) {
  const { conversion } = mapping;
  if (fitting.failure !== null)
    return (
      <Flex direction="column" gap="xs" align="start" testId="no-fitting">
        <Text>
          {sentenceOf(fitting.failure.message || fitting.failure.title)}
        </Text>
        <Button size="xs" onClick={fitting.again} testId="load-fitting">
          Try again
        </Button>
      </Flex>
    );
  if (fitting.value === null)
    return fitting.isLoading ? (
      <LoadingSpinner label="Checking what fits…" showLabel />
    ) : null;
  const { fittings, note } = fitting.value;
  const kinds = [
    ...new Set([
      ...fittings.map((each) => each.conversion.kind),
      conversion.kind,
    ]),
  ];
  const chosen = fittings.find(
    (each) => each.conversion.kind === conversion.kind,
  );
  const notes = [chosen?.note ?? null, note].filter((each) => each !== null);
  return (
    <>
      <Select
        label="Value"
        name="conversion"
        value={conversion.kind}
        options={kinds.map((kind) => ({
          value: kind,
          label: conversionLabels[kind] ?? kind,
        }))}
        onChange={(kind) =>
          onChange({
            ...mapping,
            conversion: conversionOf(String(kind), conversion, fittings),
          })
        }
        testId="conversion"
      />
      {notes.length === 0 ? null : (
        <Flex direction="column" gap="xs" testId="conversion-note">
          {notes.map((each) => (
            <Text key={each} variant="microcopy">
              {sentenceOf(each)}
            </Text>
          ))}
        </Flex>
      )}
      {conversion.kind === "options" ? (
        <OptionPairs
          type={type.type}
          field={mapping.field}
          property={mapping.property}
          conversion={conversion}
          onChange={(to) => onChange({ ...mapping, conversion: to })}
        />
      ) : null}
    </>
  );
}
