import {
  LoadingSpinner,
  useExtensionActions,
  useExtensionContext,
} from "@hubspot/ui-extensions";
import { LoadFailed } from "counterpart-kit/load-failed.tsx";
import { NoServerAddress } from "counterpart-kit/no-server-address.tsx";
import { useEffect, useMemo, useState } from "react";
import { serverFor } from "./ask-server.ts";
import type { Server } from "./ask-server.ts";
import { ProductName } from "counterpart-kit/product-name.ts";
import { ReadyCard } from "./ready-card.tsx";
import { usualPace } from "./pace.ts";
import type { Pace } from "./pace.ts";
import { useNow } from "counterpart-kit/use-now.ts";
import { useSync } from "./use-sync.ts";
import { WholeValues } from "./whole-value.tsx";

type Place = "crm.record.sidebar";

/** The card for one object. The server decides what it shows and offers. */
export function SyncCard({ pace = usualPace }: { pace?: Pace }) {
  const { crm, user, variables } = useExtensionContext<Place>();
  const origin = String(variables?.["API_ORIGIN"] ?? "");
  const { objectTypeId } = crm;
  const objectId = String(crm.objectId);
  const server = useMemo(
    () => serverFor(origin, objectTypeId, objectId),
    [origin, objectTypeId, objectId],
  );
  if (origin === "") return <NoServerAddress extension="card" />;
  return (
    <ObjectCard
      key={`${objectTypeId}/${objectId}`}
      server={server}
      pace={pace}
      locale={user.locale ?? "en"}
    />
  );
}

function ObjectCard({
  server,
  pace,
  locale,
}: {
  server: Server;
  pace: Pace;
  locale: string;
}) {
  // Kept from the first render: a host may return another object on each render, and one listener is enough.
  const [actions] = useState(useExtensionActions<Place>());
  const { state, sync } = useSync(server, pace, {
    objectChanged: () => actions.refreshObjectProperties(),
    alert: ({ tone, title, message }) =>
      actions.addAlert({ type: tone, title, message }),
  });
  const now = useNow();

  useEffect(() => {
    actions.onCrmPropertiesUpdate("*", () => sync.objectTouched());
  }, [actions, sync]);

  switch (state.kind) {
    case "loading":
      return (
        <LoadingSpinner
          label="Loading sync status…"
          showLabel
          layout="centered"
        />
      );
    case "error":
      return (
        <LoadFailed
          title={state.title}
          message={state.message}
          onAgain={sync.refresh}
        />
      );
    case "ready":
      return (
        <WholeValues.Provider value={server.value}>
          <ProductName.Provider value={state.view.productName}>
            <ReadyCard
              card={state}
              sync={sync}
              clock={{ now: Math.max(now, state.since), locale }}
            />
          </ProductName.Provider>
        </WholeValues.Provider>
      );
  }
}
