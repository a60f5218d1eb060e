import { useEffect } from "react";
import { AssociationsPanel, neighbours } from "./associations-panel.tsx";
import { CardFrame } from "./card-frame.tsx";
import type { CrmObject } from "./desk-client.ts";
import { EmptyState } from "./kit/notices.tsx";
import { LoadingSpinner } from "./kit/progress.tsx";
import { ObjectHeader } from "./object-header.tsx";
import { PropertiesPanel } from "./properties-panel.tsx";
import type { Frame } from "./shell.tsx";
import { useToast } from "./toasts.tsx";
import { useCardApi } from "./use-card-api.ts";
import { usePair } from "./use-pair.ts";
import type { Pair } from "./use-pair.ts";
import { usePipelines } from "./use-pipelines.ts";
import { WorkspacePanel } from "./workspace-panel.tsx";

/** HubSpot's record page: the object on the left, the app's cards on the right; between them the workspace's record. */
export function RecordPage({
  objectId,
  ...frame
}: Frame & { objectId: string }) {
  const { client, type, portal } = frame;
  const pair = usePair(client, type.id, objectId);
  const survivor = pair.object?.mergedInto ?? null;
  const name = pair.object?.name;
  useEffect(() => {
    document.title = name ? `${name} · ${type.singular}` : type.singular;
  }, [name, type]);
  useEffect(() => {
    // An old address leads to the object that the merge left, as in HubSpot.
    if (survivor !== null)
      location.replace(
        `/contacts/${portal.portalId}/record/${type.id}/${survivor}`,
      );
  }, [survivor, portal.portalId, type]);

  if (pair.object && survivor === null)
    return <Columns {...frame} pair={pair} object={pair.object} />;
  return (
    <main className="nowhere">
      {pair.missing === null ? (
        <LoadingSpinner label="Loading" layout="centered" />
      ) : (
        <EmptyState title={`This ${type.singular.toLowerCase()} doesn't exist`}>
          {pair.missing}
        </EmptyState>
      )}
    </main>
  );
}

function Columns({
  portal,
  client,
  type,
  pair,
  object,
}: Frame & { pair: Pair; object: CrmObject }) {
  const showAlert = useToast();
  const pipelines = usePipelines(client, type);
  const apiOf = useCardApi({
    portal,
    client,
    typeId: type.id,
    object,
    showAlert,
    reload: pair.reload,
  });
  const cards = portal.cards.filter(({ objectTypeIds }) =>
    objectTypeIds.includes(type.id),
  );
  const draw = (card: (typeof cards)[number]) => (
    <CardFrame
      key={card.uid}
      card={card}
      appName={portal.appName}
      api={apiOf(card)}
    />
  );
  const inSidebar = ({ location: place }: { location: string }) =>
    place !== "crm.record.tab";
  return (
    <main className="record-page">
      <div className="column">
        <ObjectHeader
          portalId={portal.portalId}
          client={client}
          type={type}
          object={object}
          onChanged={pair.reload}
        />
        <PropertiesPanel
          client={client}
          type={type}
          object={object}
          owners={portal.owners}
          pipelines={pipelines}
          onSaved={pair.reload}
        />
      </div>
      <div className="column">
        <WorkspacePanel
          client={client}
          type={type}
          answer={pair.record}
          error={pair.recordError}
          onSaved={pair.reload}
        />
        {cards.filter((card) => !inSidebar(card)).map(draw)}
        {neighbours(type).map((other) => (
          <AssociationsPanel
            key={other.id}
            portalId={portal.portalId}
            client={client}
            type={type}
            other={other}
            object={object}
            onChanged={pair.reload}
          />
        ))}
      </div>
      <div className="column">{cards.filter(inSidebar).map(draw)}</div>
    </main>
  );
}
