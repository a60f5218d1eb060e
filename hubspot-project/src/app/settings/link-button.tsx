import {
  Alert,
  Button,
  Flex,
  LoadingSpinner,
  Modal,
  ModalBody,
  ModalFooter,
  Text,
  useExtensionActions,
} from "@hubspot/ui-extensions";
import type { Answer } from "counterpart-kit/ask.ts";
import { dateAndTime } from "counterpart-kit/times.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useRef, useState } from "react";
import type { Person } from "./people-answer.ts";
import { useAt } from "./use-settings.ts";

type Link = { url: string; expiresAt: string };

/** Shows the address where a person with another email in HubSpot says who they are there. */
export function LinkButton({
  person: { id, email },
  locked,
}: {
  person: Person;
  locked: boolean;
}) {
  const { server } = useAt();
  const actions = useExtensionActions<"settings">();
  const [answer, setAnswer] = useState<Answer<Link> | null>(null);
  // Opened again, the modal shows only the address that this opening asked for.
  const openings = useRef(0);
  const modal = `link-${id}`;
  const load = () => {
    const mine = (openings.current += 1);
    setAnswer(null);
    void server.people.link(id).then((come) => {
      if (mine === openings.current) setAnswer(come);
    });
  };
  const url = answer?.kind === "answered" ? answer.value.url : null;
  return (
    <Button
      size="xs"
      variant="secondary"
      disabled={locked}
      overlay={
        <Modal
          id={modal}
          title={`Link ${email} to HubSpot`}
          width="md"
          onOpen={load}
          testId={modal}
        >
          <ModalBody>
            <Flex direction="column" gap="sm">
              {answer === null ? (
                <LoadingSpinner
                  label="Creating the address…"
                  showLabel
                  layout="centered"
                />
              ) : answer.kind === "failed" ? (
                <Alert title={answer.title} variant="danger">
                  <Flex direction="column" gap="xs" align="start">
                    <Text>{sentenceOf(answer.message)}</Text>
                    <Button size="xs" onClick={load} testId={`${modal}-again`}>
                      Try again
                    </Button>
                  </Flex>
                </Alert>
              ) : (
                <WhatToDo email={email} link={answer.value} id={modal} />
              )}
            </Flex>
          </ModalBody>
          <ModalFooter>
            <Button
              variant="primary"
              disabled={url === null}
              onClick={() => {
                if (url !== null) void actions.copyTextToClipboard(url);
              }}
              testId={`${modal}-copy`}
            >
              Copy address
            </Button>
            <Button
              variant="secondary"
              onClick={() => actions.closeOverlay(modal)}
              testId={`${modal}-close`}
            >
              Close
            </Button>
          </ModalFooter>
        </Modal>
      }
      testId={`${modal}-open`}
    >
      Link to HubSpot
    </Button>
  );
}

function WhatToDo({
  email,
  link,
  id,
}: {
  email: string;
  link: Link;
  id: string;
}) {
  const { clock } = useAt();
  return (
    <>
      <Text>
        {`If this person's email in HubSpot isn't ${email}, send them this address. There, they sign in to HubSpot, and Counterpart learns which HubSpot user they are. It keeps no access in their name.`}
      </Text>
      <Text testId={`${id}-url`}>{link.url}</Text>
      <Text variant="microcopy">
        {`The address is valid until ${dateAndTime(link.expiresAt, clock.locale)}, for this person alone.`}
      </Text>
    </>
  );
}
