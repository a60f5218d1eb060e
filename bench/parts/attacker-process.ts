import { attacks } from "./attacks.ts";
import type { AttackName } from "./attacks.ts";
import { Target } from "./target.ts";
import type { TargetFacts } from "./target.ts";

/** An attacker as a process of its own: what its own work costs is not measured. Begins when it is told, ends with it. */
const end = new AbortController();
process.once("disconnect", () => end.abort());
process.once(
  "message",
  ({ name, facts }: { name: AttackName; facts: TargetFacts }) => {
    void (async () => {
      const target = await Target.open(facts);
      try {
        await attacks[name](target, end.signal);
      } finally {
        await target.close();
      }
    })();
  },
);
