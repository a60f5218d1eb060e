import { useEffect, useState } from "react";
import type { Automatic, DeskClient } from "./desk-client.ts";
import { useAttempt } from "./toasts.tsx";

/** The workspace's own switch for automatic sync, within reach: off, nothing moves but by a button. */
export function AutomaticSwitch({ client }: { client: DeskClient }) {
  const [automatic, setAutomatic] = useState<Automatic | null>(null);
  const [busy, setBusy] = useState(false);
  const attempt = useAttempt();
  useEffect(() => {
    client.automatic().then(
      (answer) => {
        setAutomatic(answer.automatic);
      },
      () => {
        setAutomatic(null);
      },
    );
  }, [client]);
  if (!automatic) return null;
  const on = automatic.pull || automatic.push;

  async function turn(wanted: boolean) {
    setBusy(true);
    await attempt(
      async () => {
        const answer = await client.setAutomatic({
          pull: wanted,
          push: wanted,
        });
        setAutomatic(answer.automatic);
      },
      wanted ? "Automatic sync is on" : "Automatic sync is paused",
    );
    setBusy(false);
  }

  return (
    <label className="k-toggle automatic">
      <span>Automatic sync</span>
      <input
        type="checkbox"
        role="switch"
        checked={on}
        disabled={busy}
        data-testid="automatic-sync"
        onChange={(event) => void turn(event.currentTarget.checked)}
      />
      <i aria-hidden="true" />
    </label>
  );
}
