import { Button, Text, useExtensionActions } from "@hubspot/ui-extensions";
import { ConfirmModal } from "counterpart-kit/confirm-modal.tsx";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useState } from "react";
import { settingsOf } from "./document.ts";
import type { ObjectType, Pipeline } from "./page-answer.ts";
import { useAt } from "./use-settings.ts";

/** Selects a pipeline again whose records are leaving: those that are still there stay. Acts at once. */
export function StopRemoving({
  type,
  pipeline: { id, label },
  again,
}: {
  type: ObjectType;
  pipeline: Pipeline;
  again: () => void;
}) {
  const { ready, server, session, locked } = useAt();
  const actions = useExtensionActions<"settings">();
  const [isBusy, setIsBusy] = useState(false);
  const { onReselect } = settingsOf(ready.page.settings, type.type);
  // A save of its own would make the draft one of an older version.
  const hasDraft = ready.unsaved > 0;
  const stop = async () => {
    setIsBusy(true);
    const answer = await server.selectPipeline(
      type,
      id,
      true,
      ready.page.version,
    );
    setIsBusy(false);
    actions.addAlert(
      answer.kind === "answered"
        ? {
            type: "success",
            title: "Removal stopped",
            message: `${label} syncs again.`,
          }
        : {
            type: "danger",
            title: answer.title,
            message: sentenceOf(answer.message),
          },
    );
    session.refresh();
    again();
  };
  const modal = `stop-${id}`;
  return (
    <>
      <Button
        size="xs"
        variant="secondary"
        disabled={locked || hasDraft || isBusy}
        overlay={
          <ConfirmModal
            id={modal}
            title={`Stop removing ${label}?`}
            label="Stop removal"
            tone="default"
            onConfirm={() => void stop()}
          >
            <Text>
              {`The pipeline is checked again, and its ${type.plural} sync. Those that were removed already come back ${onReselect === "restore" ? "as they were" : "as new ones"}.`}
            </Text>
          </ConfirmModal>
        }
        testId={`${modal}-open`}
      >
        {isBusy ? "Stopping…" : "Stop removal"}
      </Button>
      {hasDraft ? (
        <Text variant="microcopy">Save or discard your changes first.</Text>
      ) : null}
    </>
  );
}
