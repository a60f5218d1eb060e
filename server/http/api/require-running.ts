import type { ObjectType } from "../../settings/types/index.ts";
import type { Installation } from "../../sync/installation/installation.ts";
import { refusalOf } from "../../sync/installation/pure/installation-gate.ts";
import { Problem } from "../problem.ts";

/** Throws a 409 with the reason and the end, if a person's pull or push of a type has to wait. */
export function requireRunning(
  installation: Installation,
  action: "pull" | "push",
  type: ObjectType,
): void {
  const refusal = refusalOf(installation, action, type);
  if (refusal)
    throw new Problem(409, refusal.code, refusal.reason, {
      remedy: refusal.remedy,
      endsAt: refusal.endsAt?.toISOString() ?? null,
    });
}
