import { Children } from "react";
import type { ReactNode } from "react";
import { cardEvent, classes, sizeOf } from "./props.ts";
import type { Common, Handler } from "./props.ts";
import { Icon } from "./icon.tsx";
import { useOverlay } from "./overlay.tsx";

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

type StatusTagProps = Common & {
  variant?: string;
  hollow?: boolean;
  onClick?: () => unknown;
  showRemoveIcon?: boolean;
  onRemoveClick?: () => unknown;
};

export function StatusTag(props: StatusTagProps) {
  const {
    variant = "default",
    hollow,
    onClick,
    showRemoveIcon,
    onRemoveClick,
    children,
    testId,
  } = props;
  return (
    <span
      className={classes(`k-status k-tone-${variant}`, hollow && "k-hollow")}
      data-variant={variant}
      data-testid={testId}
      onClick={onClick && (() => void onClick())}
    >
      <i aria-hidden="true" />
      {children}
      {showRemoveIcon && (
        <button
          type="button"
          aria-label="Remove"
          onClick={() => void onRemoveClick?.()}
        >
          <Icon name="remove" />
        </button>
      )}
    </span>
  );
}

type TagProps = Common & {
  variant?: string;
  onClick?: Handler;
  overlay?: ReactNode;
  inline?: boolean;
};

export function Tag({
  variant = "default",
  onClick,
  overlay,
  children,
  testId,
}: TagProps) {
  const { open, layer } = useOverlay(overlay);
  const name = `k-tag k-tone-${variant}`;
  if (!onClick && !overlay) {
    return (
      <span className={name} data-testid={testId}>
        {children}
      </span>
    );
  }
  return (
    <>
      <button
        type="button"
        className={name}
        data-testid={testId}
        onClick={() => {
          void onClick?.(cardEvent("click"));
          open();
        }}
      >
        {children}
      </button>
      {layer}
    </>
  );
}

type SpinnerProps = {
  label: string;
  showLabel?: boolean;
  size?: string;
  layout?: string;
  testId?: string;
};

export function LoadingSpinner({
  label,
  showLabel,
  size,
  layout = "inline",
  testId,
}: SpinnerProps) {
  return (
    <div
      className={`k-spinner k-spinner-${layout}`}
      role="status"
      aria-label={label}
      data-testid={testId}
    >
      <span className={`k-ring k-ring-${sizeOf(size, "sm")}`} />
      {showLabel && <span>{label}</span>}
    </div>
  );
}

type ProgressProps = {
  title?: string;
  "aria-label"?: string;
  showPercentage?: boolean;
  value?: number;
  maxValue?: number;
  valueDescription?: string;
  variant?: string;
  testId?: string;
};

export function ProgressBar(props: ProgressProps) {
  const {
    title,
    showPercentage,
    value = 0,
    maxValue = 100,
    valueDescription,
    variant = "success",
    testId,
  } = props;
  const share = maxValue > 0 ? Math.min(1, Math.max(0, value / maxValue)) : 0;
  return (
    <div className="k-progress" data-testid={testId}>
      {(title || valueDescription) && (
        <div className="k-progress-words">
          <strong>{title}</strong>
          <span>{valueDescription}</span>
        </div>
      )}
      <div className="k-progress-line">
        <div
          className="k-progress-track"
          role="progressbar"
          aria-label={props["aria-label"] ?? title ?? "Progress"}
          aria-valuemin={0}
          aria-valuemax={maxValue}
          aria-valuenow={value}
        >
          <div
            className={`k-progress-fill k-tone-${variant}`}
            style={{ width: `${share * 100}%` }}
          />
        </div>
        {showPercentage && <span>{Math.round(share * 100)}%</span>}
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

export function Statistics({ children, testId }: Common) {
  return (
    <div className="k-statistics" data-testid={testId}>
      {children}
    </div>
  );
}

type StatisticProps = Common & {
  id?: string;
  label: string;
  number: string | number;
};

export function StatisticsItem({
  label,
  number,
  children,
  testId,
}: StatisticProps) {
  return (
    <div className="k-statistic" data-testid={testId}>
      <span>{label}</span>
      <strong>{number}</strong>
      {children}
    </div>
  );
}

export function StatisticsTrend({
  value,
  direction,
  color,
}: {
  value: string;
  direction: string;
  color?: string;
}) {
  const tone = color ?? (direction === "increase" ? "green" : "red");
  return (
    <span className={`k-trend k-trend-${tone}`}>
      <Icon name={direction === "increase" ? "upCarat" : "downCarat"} />
      {value}
    </span>
  );
}

export function StepIndicator({
  stepNames,
  currentStep = 0,
}: {
  stepNames: string[];
  currentStep?: number;
}) {
  return (
    <ol className="k-steps">
      {stepNames.map((name, index) => (
        <li
          key={name}
          className={index <= currentStep ? "k-done" : ""}
          aria-current={index === currentStep && "step"}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}
