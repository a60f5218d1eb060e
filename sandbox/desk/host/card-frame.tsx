import { createRemoteReceiver, RemoteRenderer } from "@remote-ui/react/host";
import { createEndpoint, fromWebWorker, retain } from "@remote-ui/rpc";
import { Component, useEffect, useMemo, useState } from "react";
import type { ErrorInfo, ReactNode } from "react";
import type { Card } from "./desk-client.ts";
import type { HostApi, WorkerApi } from "./extension-contract.ts";
import { ErrorState } from "./kit/notices.tsx";
import { LoadingSpinner } from "./kit/progress.tsx";
import { Icon } from "./kit/icon.tsx";
import { cardController } from "./kit/index.tsx";

/** A bug in a card must fail a browser test: it surfaces as an error of the page as well as on the card. */
function surface(message: string, stack: string): void {
  const error = new Error(message);
  error.stack = stack || error.stack || "";
  reportError(error);
}

/** Catches what a component of the kit throws on props that it cannot draw. */
class DrawingBoundary extends Component<
  { children: ReactNode },
  { message: string | null }
> {
  override state = { message: null as string | null };

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override componentDidCatch(error: Error, _info: ErrorInfo) {
    surface(error.message, error.stack ?? "");
  }

  override render() {
    if (this.state.message === null) return this.props.children;
    return (
      <ErrorState title="The extension could not be drawn">
        {this.state.message}
      </ErrorState>
    );
  }
}

export type CardApi = Omit<HostApi, "fail" | "log">;

function useCard(url: string, api: CardApi) {
  const receiver = useMemo(() => createRemoteReceiver(), []);
  const controller = useMemo(() => cardController(), []);
  const [drawn, setDrawn] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    const worker = new Worker("/desk/worker.js", { name: url });
    const endpoint = createEndpoint<WorkerApi>(fromWebWorker(worker));
    const fail = (message: string, stack: string) => {
      surface(message, stack);
      // React takes a card down that throws while it renders; one whose handler threw stands, as it does in HubSpot.
      void receiver.flush().then(() => {
        if (receiver.attached.root.children.length === 0) setFailure(message);
      });
    };
    const log = (level: string, data: string) => {
      const write =
        level === "error" ? "error" : level === "warn" ? "warn" : "info";
      globalThis.console[write](`[card] ${data}`);
    };
    worker.addEventListener("error", (event) => {
      fail(event.message, "");
    });
    const stopWaiting = receiver.on("mount", () => {
      setDrawn(true);
    });
    const start = async () => {
      await endpoint.call.load(new URL(url, location.href).href);
      await endpoint.call.render(receiver.receive, { ...api, fail, log });
    };
    start().catch((error: unknown) => {
      fail(error instanceof Error ? error.message : String(error), "");
    });
    return () => {
      stopWaiting();
      worker.terminate();
    };
  }, [receiver, url, api]);
  return { receiver, controller, drawn, failure };
}

/** An extension as its worker draws it, without a frame. */
export function RunningExtension({ url, api }: { url: string; api: CardApi }) {
  const { receiver, controller, drawn, failure } = useCard(url, api);
  return (
    <>
      {failure !== null && (
        <ErrorState title="This extension failed">{failure}</ErrorState>
      )}
      {!drawn && failure === null && (
        <LoadingSpinner
          label="Loading the extension"
          layout="centered"
          showLabel
        />
      )}
      <DrawingBoundary>
        <RemoteRenderer receiver={receiver} controller={controller} />
      </DrawingBoundary>
    </>
  );
}

/** A card in HubSpot's frame: title, reload, and the app's name below. */
export function CardFrame({
  card,
  appName,
  api,
}: {
  card: Card;
  appName: string;
  api: CardApi;
}) {
  const [turn, setTurn] = useState(0);
  const kept = useMemo(() => retained(api), [api]);
  return (
    <section
      className="panel card"
      aria-label={card.title}
      data-testid={`card:${card.uid}`}
    >
      <header>
        <h2>{card.title}</h2>
        <button
          type="button"
          className="icon-button"
          aria-label="Reload card"
          onClick={() => {
            setTurn(turn + 1);
          }}
        >
          <Icon name="refresh" size="sm" />
        </button>
      </header>
      <div className="card-body">
        <RunningExtension
          key={`${card.url}:${turn}`}
          url={card.url}
          api={kept}
        />
      </div>
      <footer>
        Powered by <strong>{appName}</strong>
      </footer>
    </section>
  );
}

/** The worker keeps what it is handed past the call that brought it. */
export function retained(api: CardApi): CardApi {
  retain(api);
  return api;
}
