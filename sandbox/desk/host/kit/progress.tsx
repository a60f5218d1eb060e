import { sizeOf } from "./props.ts";
import type { Common } from "./props.ts";
import { Icon } from "./icon.tsx";

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
