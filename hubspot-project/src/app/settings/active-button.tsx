import { Button, Text } from "@hubspot/ui-extensions";
import { ConfirmModal } from "counterpart-kit/confirm-modal.tsx";
import { useProductName } from "counterpart-kit/product-name.ts";
import type { Person } from "./people-answer.ts";
import { usePeopleAction } from "./use-people-action.ts";
import { useAt } from "./use-settings.ts";

/** Deactivates a person, after saying what follows (AP-110), or activates one again. */
export function ActiveButton({
  person,
  locked,
  onDone,
}: {
  person: Person;
  locked: boolean;
  onDone: () => void;
}) {
  const { server } = useAt();
  const productName = useProductName();
  const { id, email, active, isSyncUser } = person;
  const { busy, act } = usePeopleAction(onDone);
  const set = (to: boolean) =>
    void act(
      () => server.people.change(id, { active: to }),
      to
        ? { title: "Person activated", message: `${email} is active again.` }
        : {
            title: "Person deactivated",
            message: `${email} may do nothing until someone activates this person again.`,
          },
    );
  const modal = `deactivate-${id}`;
  return active ? (
    <Button
      size="xs"
      variant="secondary"
      disabled={locked || busy}
      overlay={
        <ConfirmModal
          id={modal}
          title={`Deactivate ${email}?`}
          label="Deactivate person"
          onConfirm={() => set(false)}
        >
          <Text>
            {`This person can't click on cards anymore, and ${productName} can't make requests in this person's name. Records, owners, and history stay. You can activate this person again.`}
          </Text>
          {isSyncUser ? (
            <Text testId={`${modal}-sync-user`}>
              This person is the sync user. Sync still works, and a warning
              shows until another sync user is chosen or another admin connects
              HubSpot.
            </Text>
          ) : null}
        </ConfirmModal>
      }
      testId={`${modal}-open`}
    >
      {busy ? "Deactivating…" : "Deactivate"}
    </Button>
  ) : (
    <Button
      size="xs"
      variant="secondary"
      disabled={locked || busy}
      onClick={() => set(true)}
      testId={`activate-${id}`}
    >
      {busy ? "Activating…" : "Activate"}
    </Button>
  );
}
