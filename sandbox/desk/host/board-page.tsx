import { useCallback, useEffect, useRef, useState } from "react";
import { BoardColumn } from "./board-column.tsx";
import type { Board, ObjectType } from "./desk-client.ts";
import { EmptyState, ErrorState } from "./kit/notices.tsx";
import { LoadingSpinner } from "./kit/progress.tsx";
import { ListHead } from "./list-head.tsx";
import type { Frame } from "./shell.tsx";
import { useAttempt } from "./toasts.tsx";

const LOOK_AGAIN_MS = 2000;

/** HubSpot's board: a pipeline's objects in columns, one for each stage. An object changes its stage by drag or by choice. */
export function BoardPage({
  portal,
  type,
  client,
  properties,
}: Frame & { properties: NonNullable<ObjectType["pipelines"]> }) {
  const [pipeline, setPipeline] = useState("");
  const [search, setSearch] = useState("");
  const [board, setBoard] = useState<Board | null>(null);
  const [error, setError] = useState<string | null>(null);
  const attempt = useAttempt();
  const turn = useRef(0);
  const read = useCallback(async () => {
    const mine = ++turn.current;
    try {
      const answer = await client.board(type.id, { pipeline, search });
      if (mine !== turn.current) return;
      setBoard(answer);
      setError(null);
    } catch (cause) {
      if (mine === turn.current)
        setError(cause instanceof Error ? cause.message : String(cause));
    }
  }, [client, type.id, pipeline, search]);

  useEffect(() => {
    document.title = `${type.plural} · portal ${portal.portalId}`;
  }, [portal.portalId, type]);
  useEffect(() => {
    void read();
    // What the other side changes moves by itself, while the page is seen.
    const timer = setInterval(() => {
      if (!document.hidden) void read();
    }, LOOK_AGAIN_MS);
    return () => {
      clearInterval(timer);
      turn.current += 1;
    };
  }, [read]);

  const move = (id: string, stage: { id: string; label: string }) =>
    void attempt(async () => {
      await client.update(type.id, id, {
        [properties.pipeline]: board?.pipeline ?? "",
        [properties.stage]: stage.id,
      });
      await read();
    }, `Moved to ${stage.label}`);

  const total = board?.stages.reduce((sum, stage) => sum + stage.total, 0);
  return (
    <main className="list-page board-page">
      <ListHead
        portal={portal}
        client={client}
        type={type}
        view="board"
        total={total ?? null}
      />
      <div className="list-tools">
        <input
          type="search"
          className="search"
          aria-label="Search"
          placeholder="Search name…"
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
        <span className="property">
          <select
            aria-label="Pipeline"
            value={board?.pipeline ?? ""}
            onChange={(event) => {
              setPipeline(event.currentTarget.value);
            }}
          >
            {board?.pipelines.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </span>
      </div>
      {error !== null && <ErrorState>{error}</ErrorState>}
      {board === null && error === null && (
        <LoadingSpinner label="Loading" layout="centered" />
      )}
      {board?.pipeline === null && (
        <EmptyState title="No pipelines">
          An admin of the account creates pipelines.
        </EmptyState>
      )}
      {board && board.pipeline !== null && (
        <div className="board">
          {board.stages.map((stage) => (
            <BoardColumn
              key={stage.id}
              stage={stage}
              stages={board.stages}
              address={(id) =>
                `/contacts/${portal.portalId}/record/${type.id}/${id}${location.search}`
              }
              onMove={move}
            />
          ))}
        </div>
      )}
    </main>
  );
}
