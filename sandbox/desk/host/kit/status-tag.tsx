import { classes } from "./props.ts";
import type { Common } from "./props.ts";
import { Icon } from "./icon.tsx";

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
