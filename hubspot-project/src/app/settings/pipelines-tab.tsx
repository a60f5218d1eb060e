import {
  Alert,
  EmptyState,
  Flex,
  LoadingSpinner,
  Table,
  TableBody,
  TableHead,
  TableHeader,
  TableRow,
  Text,
  ToggleGroup,
} from "@hubspot/ui-extensions";
import { LoadFailed } from "counterpart-kit/load-failed.tsx";
import { useProductName } from "counterpart-kit/product-name.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useEffect, useState } from "react";
import { CheckedLine } from "./checked-line.tsx";
import { settingsOf } from "./document.ts";
import type { ObjectType, Pipelines } from "./page-answer.ts";
import { PipelineEffects } from "./pipeline-effects.tsx";
import { PipelineRow } from "./pipeline-row.tsx";
import { isMoving, selects } from "./pipeline-selection.ts";
import { useTablePaging } from "./table-paging.ts";
import { useLast } from "./use-last.ts";
import { useLoaded } from "./use-loaded.ts";
import type { Loaded } from "./use-loaded.ts";
import { useAt, useTypeDraft } from "./use-settings.ts";

/** Between two looks at pipelines whose records come or leave, in milliseconds. */
const LOOK_AGAIN_MS = 2_000;
/** The most looks: some 15 minutes. */
const LOOKS = 450;

/** Which of HubSpot's pipelines sync, and how far their records have come or left (AP-040, AP-043). */
export function PipelinesTab({ type }: { type: ObjectType }) {
  const { ready, server } = useAt();
  const { definitionsReadAt } = ready.page.installation;
  const loaded = useLoaded(
    `${type.type} ${ready.page.version} ${definitionsReadAt}`,
    () => server.pipelines(type),
  );
  const list = useLast(loaded.value);
  const isAsleep = useLooks(loaded, list);
  return (
    <Flex direction="column" gap="md" testId={`${type.type}-pipelines`}>
      {type.synced ? null : (
        <Alert
          title={`${type.label.plural} aren't synced`}
          variant="info"
          testId="type-off"
        >
          <Text>
            {sentenceOf(
              `To sync them, turn on ${type.plural} on the Sync tab`,
              list !== null && list.results.length > 0
                ? "What you choose here applies from then on"
                : null,
            )}
          </Text>
        </Alert>
      )}
      {list !== null ? (
        <Listed type={type} list={list} again={loaded.again} />
      ) : loaded.failure !== null ? (
        <LoadFailed
          title={loaded.failure.title}
          message={loaded.failure.message}
          onAgain={loaded.again}
        />
      ) : (
        <LoadingSpinner
          label="Loading pipelines…"
          showLabel
          layout="centered"
        />
      )}
      {isAsleep ? (
        <Text variant="microcopy" testId="pipelines-asleep">
          Still in progress. Refresh the page to see how far it is.
        </Text>
      ) : null}
      {type.synced ? <CheckedLine what="pipelines" /> : null}
    </Flex>
  );
}

/** Asks again while records come or leave. Returns whether nobody asks any longer. */
function useLooks(
  { again, isLoading }: Loaded<Pipelines>,
  list: Pipelines | null,
): boolean {
  const [looks, setLooks] = useState(0);
  const isBusy = list?.results.some(isMoving) === true;
  useEffect(() => {
    if (!isBusy) setLooks(0);
    if (!isBusy || isLoading || looks >= LOOKS) return;
    const timer = setTimeout(() => {
      setLooks((before) => before + 1);
      again();
    }, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
    // `again` does the same on each drawing.
  }, [isBusy, isLoading, looks]);
  return isBusy && looks >= LOOKS;
}

function Listed({
  type,
  list: { results },
  again,
}: {
  type: ObjectType;
  list: Pipelines;
  again: () => void;
}) {
  const { ready } = useAt();
  const { settings } = useTypeDraft(type);
  const { paged } = useTablePaging();
  const saved = settingsOf(ready.page.settings, type.type);
  if (results.length === 0)
    return (
      <EmptyState
        title="No pipelines yet"
        layout="vertical"
        testId="no-pipelines"
      >
        <Text>
          {type.synced
            ? `HubSpot's ${type.singular} pipelines show here once Counterpart has read them. To read them now, click Check now.`
            : `HubSpot's ${type.singular} pipelines show here once ${type.plural} sync. All of them sync at first.`}
        </Text>
      </EmptyState>
    );
  const changed = results.filter(
    ({ id }) => selects(settings, id) !== selects(saved, id),
  );
  const { shown, table } = paged(results);
  return (
    <>
      <Text>
        {settings.pipelines === null
          ? `All pipelines sync, and so do those that HubSpot gets later.`
          : `Only the checked pipelines sync. HubSpot keeps all ${type.plural}, whatever you check here.`}
      </Text>
      <Table density="condensed" {...table}>
        <TableHead>
          <TableRow>
            <TableHeader>Pipeline</TableHeader>
            <TableHeader>{`${type.label.plural} in HubSpot`}</TableHeader>
            <TableHeader>State</TableHeader>
            <TableHeader> </TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {shown.map((pipeline) => (
            <PipelineRow
              key={pipeline.id}
              type={type}
              pipeline={pipeline}
              known={results}
              again={again}
            />
          ))}
        </TableBody>
      </Table>
      {changed.map((pipeline) => (
        <PipelineEffects
          key={pipeline.id}
          type={type}
          pipeline={pipeline}
          selected={selects(settings, pipeline.id)}
        />
      ))}
      <OnReselect type={type} />
    </>
  );
}

/** What a pipeline brings that is checked again (AP-042). */
function OnReselect({ type }: { type: ObjectType }) {
  const { locked } = useAt();
  const { settings, edit } = useTypeDraft(type);
  const productName = useProductName();
  return (
    <ToggleGroup
      toggleType="radioButtonList"
      label="When a pipeline is checked again"
      name={`${type.type}-reselect`}
      value={settings.onReselect ?? "new"}
      options={[
        {
          value: "new",
          label: `Its ${type.plural} come as new ones`,
          description: `They get new ids in ${productName}. What only ${productName} had doesn't come back`,
          readOnly: locked,
        },
        {
          value: "restore",
          label: `Its earlier ${type.plural} come back`,
          description: `With the same ids and what only ${productName} had, if they were removed less than 90 days ago`,
          readOnly: locked,
        },
      ]}
      onChange={(onReselect: string) => edit((now) => ({ ...now, onReselect }))}
      testId="on-reselect"
    />
  );
}
