import {
  Alert,
  Button,
  Flex,
  Heading,
  List,
  LoadingSpinner,
  Text,
} from "@hubspot/ui-extensions";
import { ConfirmModal } from "counterpart-kit/confirm-modal.tsx";
import { LoadFailed } from "counterpart-kit/load-failed.tsx";
import { useState } from "react";
import type { SyncUser } from "./people-answer.ts";
import { PersonSelect } from "./person-select.tsx";
import { useAnswer } from "./use-answer.ts";
import { usePeopleAction } from "./use-people-action.ts";
import { useAt } from "./use-settings.ts";

/** The option of the user who connected HubSpot. */
const CONNECTED = "connected";

/** Who the sync user is, what that means, and how it becomes another (AP-027, AP-110, AP-111). */
export function SyncUserSection() {
  const { ready, server, session } = useAt();
  const { syncUser, chosenSyncUser, warnings } = ready.page.installation;
  // A reload of the page may bring another one, and so may a change in the list of people.
  const { answer, again } = useAnswer(
    JSON.stringify([syncUser, chosenSyncUser, warnings]),
    server.people.syncUser,
  );
  return (
    <Flex direction="column" gap="sm" testId="sync-user-section">
      <Heading>Sync user</Heading>
      {answer === null ? (
        <LoadingSpinner label="Loading the sync user…" showLabel />
      ) : answer.kind === "failed" ? (
        <LoadFailed
          title={answer.title}
          message={answer.message}
          onAgain={again}
        />
      ) : (
        <KnownSyncUser
          syncUser={answer.value}
          onChanged={() => {
            again();
            session.refresh();
          }}
        />
      )}
    </Flex>
  );
}

function KnownSyncUser({
  syncUser,
  onChanged,
}: {
  syncUser: SyncUser;
  onChanged: () => void;
}) {
  const { ready, server, locked } = useAt();
  const { connectUrl } = ready.page;
  const { chosenId, email, active, connectedBy, lines } = syncUser;
  const current = chosenId ?? CONNECTED;
  const [chosen, setChosen] = useState(current);
  const { busy, act } = usePeopleAction(onChanged);
  const change = () =>
    void act(
      () => server.people.chooseSyncUser(chosen === CONNECTED ? null : chosen),
      {
        title: "Sync user changed",
        message: "The new sync user's permissions count from now on.",
      },
    );
  return (
    <>
      {active ? null : (
        <Alert
          title={`${email} is no longer an active user`}
          variant="warning"
          testId="sync-user-inactive"
        >
          <Text>
            Sync still works. Choose another sync user, or connect as another
            admin.
          </Text>
        </Alert>
      )}
      <List variant="unordered-styled">
        {lines.map(({ sentence }) => (
          <Text key={sentence}>{sentence}</Text>
        ))}
      </List>
      <Flex direction="row" gap="sm" align="end" wrap>
        <PersonSelect
          label="Sync user"
          name="sync-user"
          description="People who are active, and owners in HubSpot"
          value={chosen}
          by="id"
          always={[
            {
              value: CONNECTED,
              label: `Who connected HubSpot (${connectedBy})`,
            },
            ...(chosenId === null ? [] : [{ value: chosenId, label: email }]),
          ]}
          readOnly={locked}
          search={server.people.syncUserChoices}
          onChange={setChosen}
          testId="sync-user-select"
        />
        <Button
          size="sm"
          disabled={locked || busy || chosen === current}
          overlay={
            <ConfirmModal
              id="confirm-sync-user"
              title="Change the sync user?"
              label="Change sync user"
              tone="default"
              onConfirm={change}
            >
              <Text>
                If a rule says so, new records in HubSpot belong to the new sync
                user. Owners that change in HubSpot are pulled if the new sync
                user may assign owners. The connection to HubSpot, and what has
                already synced, stay as they are.
              </Text>
            </ConfirmModal>
          }
          testId="change-sync-user"
        >
          {busy ? "Changing…" : "Change sync user"}
        </Button>
      </Flex>
      <Text variant="microcopy">
        The sync user changes at once, without Save.
      </Text>
      <Text>
        If another admin connects HubSpot again, Counterpart uses that admin's
        connection. Settings, mappings, links, and the API key stay, and so does
        a sync user who was chosen here.
      </Text>
      <Flex direction="row">
        <Button
          size="sm"
          href={{ url: connectUrl, external: true }}
          testId="connect-as-another"
        >
          Connect as another admin
        </Button>
      </Flex>
    </>
  );
}
