import {
  Checkbox,
  StatusTag,
  TableCell,
  TableRow,
  Tag,
  Text,
} from "@hubspot/ui-extensions";
import { counted, plural } from "counterpart-kit/words.ts";
import { settingsOf } from "./document.ts";
import type { ObjectType, Pipeline } from "./page-answer.ts";
import { countIn, selects, withSelected } from "./pipeline-selection.ts";
import { StopRemoving } from "./stop-removing.tsx";
import { useAt, useTypeDraft } from "./use-settings.ts";

/** One pipeline: whether it syncs, how many records HubSpot has in it, and how far they are. */
export function PipelineRow({
  type,
  pipeline,
  known,
  again,
}: {
  type: ObjectType;
  pipeline: Pipeline;
  /** All of them. */
  known: readonly Pipeline[];
  again: () => void;
}) {
  const { locked } = useAt();
  const { settings, edit } = useTypeDraft(type);
  const { id, label, stages, gone } = pipeline;
  const count = countIn(pipeline, type.singular);
  return (
    <TableRow testId={`pipeline-${id}`}>
      <TableCell>
        <Checkbox
          name={`pipeline-${id}`}
          checked={selects(settings, id)}
          readOnly={locked}
          onChange={(isOn) =>
            edit((now) => ({
              ...now,
              pipelines: withSelected(now, known, id, isOn),
            }))
          }
          testId={`select-${id}`}
        >
          {label}
        </Checkbox>
        {gone ? null : (
          <Text variant="microcopy">{plural(stages.length, "stage")}</Text>
        )}
      </TableCell>
      <TableCell>
        {count === null ? "Not counted yet" : counted(count)}
      </TableCell>
      <TableCell>
        <State type={type} pipeline={pipeline} />
      </TableCell>
      <TableCell>
        {pipeline.state === "removing" && !gone ? (
          <StopRemoving type={type} pipeline={pipeline} again={again} />
        ) : null}
      </TableCell>
    </TableRow>
  );
}

function State({ type, pipeline }: { type: ObjectType; pipeline: Pipeline }) {
  const { ready } = useAt();
  const { settings } = useTypeDraft(type);
  const { id, gone, state, progress } = pipeline;
  const saved = settingsOf(ready.page.settings, type.type);
  if (selects(settings, id) !== selects(saved, id))
    return <Tag variant="info">Not saved yet</Tag>;
  switch (state) {
    case "adding":
      return <Tag variant="info">{`Adding ${howFar(progress)}`}</Tag>;
    case "removing":
      return <Tag variant="warning">{`Removing ${howFar(progress)}`}</Tag>;
    case "active":
    case "off":
      return gone ? (
        <Tag variant="warning">Gone from HubSpot</Tag>
      ) : state === "active" ? (
        <StatusTag variant="success">Syncs</StatusTag>
      ) : (
        <StatusTag variant="default" hollow>
          Doesn't sync
        </StatusTag>
      );
  }
}

/** "120 of 400"; before the run has begun, nothing is counted. */
const howFar = (progress: Pipeline["progress"]): string =>
  progress === null || progress.total === null
    ? "soon…"
    : `${counted(progress.done)} of ${counted(progress.total)}`;
