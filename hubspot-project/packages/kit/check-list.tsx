import { Flex, Icon, Tag, Text } from "@hubspot/ui-extensions";
import { sentenceOf } from "./words.ts";

/** One of the questions of why something syncs, or why it doesn't, as the server answers it. */
export type ShownCheck = {
  check: string;
  label: string;
  /** Null: it isn't known. */
  passed: boolean | null;
  reason: string;
  remedy?: string | null;
};

/** The checks in the server's order, each with its answer, why, and what helps. */
export function CheckList({ checks }: { checks: readonly ShownCheck[] }) {
  return (
    <Flex direction="column" gap="xs">
      {checks.map(({ check, label, passed, reason, remedy }) => (
        <Flex
          key={check}
          direction="row"
          gap="sm"
          align="start"
          testId={`check-${check}`}
        >
          <CheckIcon passed={passed} />
          <Flex direction="column" gap="flush">
            <Flex direction="row" gap="xs" align="center">
              <Text format={{ fontWeight: "demibold" }}>{label}</Text>
              {passed === true ? null : (
                <Tag variant={passed === null ? "default" : "warning"}>
                  {passed === null ? "Not known" : "No"}
                </Tag>
              )}
            </Flex>
            <Text variant="microcopy">
              {sentenceOf(reason, remedy ?? null)}
            </Text>
          </Flex>
        </Flex>
      ))}
    </Flex>
  );
}

/** The tag says what isn't passed. */
function CheckIcon({ passed }: { passed: boolean | null }) {
  if (passed === null) return <Icon name="question" />;
  return passed ? (
    <Icon name="success" color="success" screenReaderText="Yes" />
  ) : (
    <Icon name="warning" color="warning" />
  );
}
