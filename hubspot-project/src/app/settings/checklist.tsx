import {
  Box,
  Divider,
  Flex,
  Heading,
  Icon,
  Link,
  ProgressBar,
  Tag,
  Text,
} from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import type { ChecklistEntry } from "./page-answer.ts";
import { StepButtons } from "./step-buttons.tsx";
import { stepTexts } from "./step-texts.ts";
import { useForecast } from "./use-forecast.ts";
import { useAt } from "./use-settings.ts";

/** The steps of a set-up, in the recommended order; any order works, and each can be visited again. */
export function Checklist() {
  const {
    ready: { page },
  } = useAt();
  const { checklist } = page;
  const done = checklist.filter((entry) => entry.done).length;
  const next = checklist.find((entry) => !entry.done)?.step;
  return (
    <Flex direction="column" gap="sm" testId="checklist">
      <Heading>Set up sync</Heading>
      <ProgressBar
        title="Steps"
        value={done}
        maxValue={checklist.length}
        valueDescription={`${done} of ${checklist.length} done`}
      />
      {checklist.map((entry, place) => (
        <Flex
          key={entry.step}
          direction="column"
          gap="xs"
          testId={`step-${entry.step}`}
        >
          {place === 0 ? null : <Divider size="xs" />}
          <StepRow entry={entry} isNext={entry.step === next} />
        </Flex>
      ))}
    </Flex>
  );
}

function StepRow({
  entry,
  isNext,
}: {
  entry: ChecklistEntry;
  /** Where the set-up goes on (BN-103). */
  isNext: boolean;
}) {
  const { ready, clock } = useAt();
  const productName = useProductName();
  const forecast = useForecast(entry.step === "pull");
  const { title, body } = stepTexts[entry.step]({
    page: ready.page,
    entry,
    productName,
    clock,
    forecast,
  });
  return (
    <Flex direction="row" gap="sm" align="start">
      <Icon
        name={entry.done ? "success" : "ellipses"}
        color={entry.done ? "success" : "inherit"}
        screenReaderText={entry.done ? "Done" : "Not done yet"}
      />
      <Box flex={1}>
        <Flex direction="column" gap="xs">
          <Flex direction="row" gap="sm" align="center">
            <Text format={{ fontWeight: "demibold" }}>{title}</Text>
            {isNext ? <Tag variant="info">Next</Tag> : null}
          </Flex>
          <Text variant="microcopy">
            {body}
            {entry.helpUrl === null ? null : (
              <>
                {" "}
                <Link
                  href={{ url: entry.helpUrl, external: true }}
                  testId={`help-${entry.step}`}
                >
                  Learn more
                </Link>
              </>
            )}
          </Text>
          <StepButtons entry={entry} />
        </Flex>
      </Box>
    </Flex>
  );
}
