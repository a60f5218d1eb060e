import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useState,
} from "react";
import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import { classes, sizeOf } from "./props.ts";
import type { Common } from "./props.ts";
import { Icon } from "./icon.tsx";

type Opening = { shown: boolean; close: () => void };
const OpeningContext = createContext<Opening>({
  shown: false,
  close: () => {},
});
const closers = new Map<string, () => void>();

/** What a card asks for with `actions.closeOverlay(id)`. */
export function closeOverlay(id: string): void {
  closers.get(id)?.();
}

/**
 * HubSpot opens a modal only from the `overlay` prop of what was clicked; a tooltip in the same place shows on
 * hover. Which of them it is, only the overlay itself knows: it is always there, and draws itself or not.
 */
export function useOverlay(overlay: ReactNode): {
  open: () => void;
  layer: ReactNode;
} {
  const [shown, setShown] = useState(false);
  const opening = useMemo<Opening>(
    () => ({
      shown,
      close: () => {
        setShown(false);
      },
    }),
    [shown],
  );
  const open = useCallback(() => {
    setShown(true);
  }, []);
  if (!overlay) return { open, layer: null };
  return {
    open,
    layer: (
      <OpeningContext.Provider value={opening}>
        {overlay}
      </OpeningContext.Provider>
    ),
  };
}

/** Shown while what it belongs to, just before it, is pointed at. */
export function Tooltip({ children, testId }: Common) {
  return (
    <span className="k-tooltip" role="tooltip" data-testid={testId}>
      {children}
    </span>
  );
}

type LayerProps = Common & {
  id: string;
  title?: string;
  width?: string;
  variant?: string;
  onOpen?: () => unknown;
  onClose?: () => unknown;
  "aria-label"?: string;
};

type Kind = "modal" | "panel";

function Layer(props: LayerProps & { kind: Kind }) {
  const { shown, close } = useContext(OpeningContext);
  return shown
    ? createPortal(<OpenLayer {...props} close={close} />, document.body)
    : null;
}

export function Modal(props: LayerProps) {
  return <Layer kind="modal" {...props} />;
}

/** The sheet that slides in from the right. */
export function Panel(props: LayerProps) {
  return <Layer kind="panel" {...props} />;
}

function OpenLayer({
  kind,
  close,
  ...props
}: LayerProps & { kind: Kind; close: () => void }) {
  const {
    id,
    title,
    width,
    variant = "default",
    onOpen,
    onClose,
    children,
    testId,
  } = props;
  const heading = useId();
  const leave = useCallback(() => {
    close();
    void onClose?.();
  }, [close, onClose]);

  useEffect(() => {
    closers.set(id, leave);
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") leave();
    };
    document.addEventListener("keydown", onKey);
    return () => {
      if (closers.get(id) === leave) closers.delete(id);
      document.removeEventListener("keydown", onKey);
    };
  }, [id, leave]);
  useEffect(() => {
    void onOpen?.();
  }, []);

  return (
    <div className="k-layer">
      <div className="k-backdrop" onClick={leave} />
      <div
        className={classes(
          `k-${kind} k-width-${sizeOf(width, "sm")}`,
          variant === "danger" && "k-danger",
        )}
        role="dialog"
        aria-modal="true"
        aria-label={title ? undefined : props["aria-label"]}
        aria-labelledby={title ? heading : undefined}
        data-testid={testId}
      >
        <header>
          <h2 id={heading}>{title}</h2>
          <button
            type="button"
            className="k-close"
            aria-label="Close"
            onClick={leave}
          >
            <Icon name="remove" size="md" />
          </button>
        </header>
        {children}
      </div>
    </div>
  );
}

export function LayerBody({ children, testId }: Common) {
  return (
    <div className="k-layer-body" data-testid={testId}>
      {children}
    </div>
  );
}

export function LayerFooter({ children, testId }: Common) {
  return (
    <footer className="k-layer-footer" data-testid={testId}>
      {children}
    </footer>
  );
}

export function PanelSection({
  flush,
  children,
  testId,
}: Common & { flush?: boolean }) {
  return (
    <section
      className={classes("k-panel-section", flush && "k-flush")}
      data-testid={testId}
    >
      {children}
    </section>
  );
}
