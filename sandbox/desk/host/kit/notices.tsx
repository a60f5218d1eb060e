import { Children } from "react";
import { classes } from "./props.ts";
import type { Common } from "./props.ts";
import { Icon } from "./icon.tsx";

const ALERT_ICONS: Record<string, string> = {
  success: "checkCircle",
  warning: "warning",
  danger: "exclamationCircle",
  error: "exclamationCircle",
  info: "info",
  tip: "info",
};

export function Alert({
  title,
  variant = "info",
  children,
  testId,
}: Common & { title: string; variant?: string }) {
  const urgent = variant === "danger" || variant === "error";
  return (
    <div
      className={`k-alert k-tone-${variant}`}
      role={urgent ? "alert" : "status"}
      data-testid={testId}
    >
      <Icon name={ALERT_ICONS[variant] ?? "info"} size="md" />
      <div>
        <strong>{title}</strong>
        {Children.count(children) > 0 && (
          <div className="k-alert-body">{children}</div>
        )}
      </div>
    </div>
  );
}

type EmptyProps = Common & {
  title?: string;
  layout?: string;
  flush?: boolean;
  imageWidth?: number;
};

export function EmptyState({
  title,
  layout = "vertical",
  flush,
  children,
  testId,
}: EmptyProps) {
  return (
    <div
      className={classes(`k-empty k-empty-${layout}`, flush && "k-flush")}
      data-testid={testId}
    >
      <svg className="k-empty-picture" viewBox="0 0 120 72" aria-hidden="true">
        <rect x="14" y="10" width="62" height="52" rx="6" />
        <path d="M26 26h38M26 36h28M26 46h33" />
        <circle cx="88" cy="44" r="14" />
        <path d="M98 54l12 12" />
      </svg>
      <div>
        {title && <h3 className="k-heading">{title}</h3>}
        <div className="k-text">{children}</div>
      </div>
    </div>
  );
}

const STATE_ICONS: Record<string, string> = {
  error: "warning",
  support: "question",
  lock: "locked",
};

export function ErrorState({
  title,
  type = "error",
  children,
  testId,
}: Common & { title?: string; type?: string }) {
  return (
    <div className="k-error" role="alert" data-testid={testId}>
      <Icon name={STATE_ICONS[type] ?? "warning"} size="lg" color="alert" />
      <h3 className="k-heading">{title ?? "Something went wrong."}</h3>
      <div className="k-text">{children}</div>
    </div>
  );
}
