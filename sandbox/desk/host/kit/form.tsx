import { cardEvent } from "./props.ts";
import type { Common } from "./props.ts";

type FormProps = Common & {
  onSubmit?: (
    event: ReturnType<typeof cardEvent> & {
      targetValue: Record<string, string>;
    },
  ) => unknown;
  autoComplete?: string;
};

export function Form({ onSubmit, autoComplete, children, testId }: FormProps) {
  return (
    <form
      className="k-form"
      autoComplete={autoComplete}
      data-testid={testId}
      onSubmit={(event) => {
        event.preventDefault();
        const entries = [...new FormData(event.currentTarget)].map(
          ([key, value]) =>
            [key, typeof value === "string" ? value : value.name] as const,
        );
        void onSubmit?.({
          ...cardEvent("submit"),
          targetValue: Object.fromEntries(entries),
        });
      }}
    >
      {children}
    </form>
  );
}
