import { sizeOf } from "./props.ts";

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
