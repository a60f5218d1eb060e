import {
  Button,
  DescriptionList,
  DescriptionListItem,
  ErrorState,
  LoadingSpinner,
  Panel,
  PanelBody,
  PanelSection,
  Text,
} from "@hubspot/ui-extensions";
import { createContext, useContext, useRef, useState } from "react";
import type { Answer } from "counterpart-kit/ask.ts";
import type { Server } from "./ask-server.ts";
import { OneValue } from "./one-value.tsx";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import type { WholeValue } from "./value-answer.ts";

/** Where whole values come from. Null: nowhere, and nothing is offered. */
export const WholeValues = createContext<Server["value"] | null>(null);

/** Opens both sides' values of one field in a panel, fetched when it opens. */
export function WholeValueButton({
  field,
  label,
}: {
  field: string;
  label: string;
}) {
  const fetchWhole = useContext(WholeValues);
  const [answer, setAnswer] = useState<Answer<WholeValue> | null>(null);
  // Opened again, the panel shows only what that opening asked for.
  const openings = useRef(0);
  if (fetchWhole === null) return null;
  const load = () => {
    const mine = (openings.current += 1);
    setAnswer(null);
    void fetchWhole(field).then((come) => {
      if (mine === openings.current) setAnswer(come);
    });
  };
  return (
    <Button
      variant="transparent"
      size="xs"
      onClick={load}
      overlay={
        <Panel
          id={`whole-${field}`}
          title={label}
          width="md"
          testId={`whole-${field}`}
        >
          <PanelBody>
            <PanelSection>
              <Whole answer={answer} onAgain={load} />
            </PanelSection>
          </PanelBody>
        </Panel>
      }
      testId={`show-whole-${field}`}
    >
      {`Show all of ${label}`}
    </Button>
  );
}

function Whole({
  answer,
  onAgain,
}: {
  answer: Answer<WholeValue> | null;
  onAgain: () => void;
}) {
  const productName = useProductName();
  if (answer === null)
    return (
      <LoadingSpinner label="Loading values…" showLabel layout="centered" />
    );
  if (answer.kind === "failed")
    return (
      <ErrorState title="Couldn't load the values" type="error">
        <Text>{answer.message === "" ? answer.title : answer.message}</Text>
        <Button onClick={onAgain} testId="load-whole-again">
          Try again
        </Button>
      </ErrorState>
    );
  const { hubspot, workspace } = answer.value;
  return (
    <DescriptionList>
      <DescriptionListItem label="HubSpot">
        <OneValue value={hubspot} whole />
      </DescriptionListItem>
      <DescriptionListItem label={atStart(productName)}>
        <OneValue value={workspace} whole />
      </DescriptionListItem>
    </DescriptionList>
  );
}
