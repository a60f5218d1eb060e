import {
  createContext,
  useCallback,
  useContext,
  useMemo,
  useState,
} from "react";
import type { ReactNode } from "react";
import type { Alert } from "./extension-contract.ts";
import { Icon } from "./kit/icon.tsx";

type Show = (alert: Alert) => void;
const ToastContext = createContext<Show>(() => {});
const SHOWN_MS = 8000;

const ICONS: Record<string, string> = {
  success: "checkCircle",
  warning: "warning",
  danger: "exclamationCircle",
  info: "info",
  tip: "info",
};

/** HubSpot's floating alerts, top right: what `actions.addAlert` and the page's own actions show. */
export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<(Alert & { key: number })[]>([]);
  const drop = useCallback((key: number) => {
    setToasts((all) => all.filter((toast) => toast.key !== key));
  }, []);
  const show = useCallback<Show>(
    (alert) => {
      const key = performance.now() + Math.random();
      setToasts((all) => [...all.slice(-3), { ...alert, key }]);
      setTimeout(drop, SHOWN_MS, key);
    },
    [drop],
  );
  return (
    <ToastContext.Provider value={show}>
      {children}
      <div className="toasts" aria-live="polite">
        {toasts.map(({ key, type = "info", title, message }) => (
          <div
            key={key}
            className={`toast k-tone-${type}`}
            role={type === "danger" ? "alert" : "status"}
          >
            <Icon name={ICONS[type] ?? "info"} size="md" />
            <div>
              {title && <strong>{title}</strong>}
              <span>{message}</span>
            </div>
            <button
              type="button"
              className="k-close"
              aria-label="Dismiss"
              onClick={() => {
                drop(key);
              }}
            >
              <Icon name="remove" />
            </button>
          </div>
        ))}
      </div>
    </ToastContext.Provider>
  );
}

export function useToast(): Show {
  return useContext(ToastContext);
}

/** Runs what a button does: its refusal becomes an alert, and the answer says whether it went through. */
export function useAttempt(): (
  action: () => Promise<unknown>,
  done?: string,
) => Promise<boolean> {
  const show = useToast();
  return useMemo(
    () => async (action, done) => {
      try {
        await action();
        if (done !== undefined) show({ type: "success", message: done });
        return true;
      } catch (error) {
        show({
          type: "danger",
          title: "That did not work",
          message: error instanceof Error ? error.message : String(error),
        });
        return false;
      }
    },
    [show],
  );
}
