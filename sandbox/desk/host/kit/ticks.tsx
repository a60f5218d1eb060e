import { classes } from "./props.ts";
import type { Common } from "./props.ts";
import { useLateEcho } from "./late-echo.ts";

/** A tick follows the click at once; the card's own value wins when it arrives and differs. */
function useTick(
  checked: boolean | undefined,
  initial: boolean | undefined,
): [boolean, (ticked: boolean) => void] {
  const [shown, setShown] = useLateEcho(String(checked ?? initial ?? false));
  return [
    shown === "true",
    (ticked) => {
      setShown(String(ticked));
    },
  ];
}

type CheckboxProps = Common & {
  name?: string;
  value?: string;
  checked?: boolean;
  initialIsChecked?: boolean;
  readOnly?: boolean;
  description?: string;
  onChange?: (checked: boolean, value: string) => unknown;
  "aria-label"?: string;
};

export function Checkbox(props: CheckboxProps) {
  const [ticked, setTicked] = useTick(props.checked, props.initialIsChecked);
  return (
    <label className="k-choice">
      <input
        type="checkbox"
        name={props.name}
        value={props.value}
        checked={ticked}
        disabled={props.readOnly}
        aria-label={props["aria-label"]}
        data-testid={props.testId}
        onChange={(event) => {
          setTicked(event.currentTarget.checked);
          void props.onChange?.(event.currentTarget.checked, props.value ?? "");
        }}
      />
      <span>
        {props.children}
        {props.description && <small>{props.description}</small>}
      </span>
    </label>
  );
}

type ToggleProps = {
  label: string;
  labelDisplay?: string;
  name?: string;
  checked?: boolean;
  initialIsChecked?: boolean;
  readOnly?: boolean;
  textChecked?: string;
  textUnchecked?: string;
  onChange?: (checked: boolean) => unknown;
  testId?: string;
};

export function Toggle(props: ToggleProps) {
  const [ticked, setTicked] = useTick(props.checked, props.initialIsChecked);
  const hidden = props.labelDisplay === "hidden";
  return (
    <label
      className={classes("k-toggle", props.labelDisplay === "top" && "k-top")}
    >
      {!hidden && <span>{props.label}</span>}
      <input
        type="checkbox"
        role="switch"
        name={props.name}
        checked={ticked}
        disabled={props.readOnly}
        aria-label={hidden ? props.label : undefined}
        data-testid={props.testId}
        onChange={(event) => {
          setTicked(event.currentTarget.checked);
          void props.onChange?.(event.currentTarget.checked);
        }}
      />
      <i aria-hidden="true">
        {ticked ? props.textChecked : props.textUnchecked}
      </i>
    </label>
  );
}
