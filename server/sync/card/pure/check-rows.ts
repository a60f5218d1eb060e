import { descriptorOf } from "../../../settings/types/index.ts";
import { checksOf, wayOf } from "../../decide/checks.ts";
import type { Check } from "../../decide/checks.ts";
import { checkNames } from "../../decide/stop.ts";
import type { CheckName } from "../../decide/stop.ts";
import { refusalOf } from "../../installation/pure/installation-gate.ts";
import { GRANT } from "../../installation/pure/missing-scope.ts";
import type { CardData } from "../../preview/read-card.ts";
import type { Pair, Rules } from "../../model.ts";
import { retryStop } from "./attention-rows.ts";
import type { CheckRow, SyncView } from "./card-view.ts";

/** Why a record or object syncs automatically, or why it doesn't: the four checks of AP-115, in their order. Pure. */

/** What a click could do about a check that isn't passed. */
export type Buttons = Pick<SyncView, "pull" | "push" | "sync">;

/**
 * Returns the four checks of what the card shows. What stops the whole account, or a permission that is missing, comes
 * before the settings' own switches; a problem that is open comes before what decide says now.
 */
export function checkRows(look: CardData, buttons: Buttons): CheckRow[] {
  const { reading } = look;
  const way = reading === null ? wayStored(look) : wayOf(reading.pair);
  const known = reading === null ? null : checksOf(look.rules, reading.pair);
  const stops: Readonly<Record<CheckName, Check | null>> = {
    criteria: null,
    exists: null,
    enabled: accountStop(look, way),
    error: problemStop(look),
  };
  return checkNames.map((name, place): CheckRow => {
    const check = stops[name] ?? known?.[place] ?? null;
    const label = labels[way][name];
    if (check === null)
      return {
        check: name,
        label,
        passed: null,
        code: "not_read",
        reason: "HubSpot wasn't read, so this isn't known.",
        remedy: null,
        press: null,
      };
    const { passed, code, reason } = check;
    return {
      check: name,
      label,
      passed,
      code,
      reason,
      ...(passed
        ? { remedy: null, press: null }
        : remedyOf(look, way, check, buttons)),
    };
  });
}

/** Returns the checks of a pair as its rules have them, whatever is wrong with the account or was before. */
export const trialChecks = (
  rules: Rules,
  pair: Pair,
): Omit<CheckRow, "remedy" | "press">[] =>
  checksOf(rules, pair).map(({ name, passed, code, reason }) => ({
    check: name,
    label: labels[wayOf(pair)][name],
    passed,
    code,
    reason,
  }));

type Way = "push" | "pull";

const labels: Readonly<Record<Way, Readonly<Record<CheckName, string>>>> = {
  push: {
    criteria: "Meets the rules",
    exists: "New to HubSpot",
    enabled: "Push is on",
    error: "Free of errors",
  },
  pull: {
    criteria: "Meets the rules",
    exists: "New to the workspace",
    enabled: "Pull is on",
    error: "Free of errors",
  },
};

const wayStored = ({ record }: CardData): Way =>
  record === null ? "pull" : "push";

const stopped = (
  name: CheckName,
  { code, reason }: Pick<Check, "code" | "reason">,
  fix: string | null,
): Check => ({ name, passed: false, code, reason, fix });

/** The setup window, the first pull, a pause, a lost connection, or a permission that HubSpot doesn't grant. */
function accountStop(look: CardData, way: Way): Check | null {
  const refusal =
    refusalOf(look.installation, way, look.objectType) ?? look.unreadable;
  return refusal && stopped("enabled", refusal, refusal.remedy);
}

const openProblem = ({ facts: { attention } }: CardData) =>
  attention.find(({ kind }) => kind === "problem");

function problemStop(look: CardData): Check | null {
  const problem = openProblem(look);
  return problem === undefined
    ? null
    : stopped(
        "error",
        { code: problem.code, reason: problem.cause },
        problem.fix,
      );
}

/** What helps, and the button that does it, if one does. */
function remedyOf(
  look: CardData,
  way: Way,
  { name, code, fix }: Check,
  buttons: Buttons,
): Pick<CheckRow, "remedy" | "press"> {
  if (name === "error") {
    const problem = openProblem(look);
    return {
      remedy: fix,
      press:
        problem !== undefined && retryStop(look, problem) === null
          ? "retry"
          : null,
    };
  }
  if (fix !== null) return { remedy: fix, press: null };
  if (code === "missing_scope") return { remedy: GRANT, press: null };
  const button = buttons[way];
  if (button.allowed) return { remedy: pressText(look, way, name), press: way };
  return { remedy: button.remedy, press: null };
}

/** What a click does in spite of a check. */
function pressText(
  { objectType }: CardData,
  way: Way,
  name: CheckName,
): string {
  const click = way === "push" ? "click Push" : "click Pull";
  switch (name) {
    case "criteria":
      return `To ${way} it in spite of the rules, ${click}. Or change the rules for new ${descriptorOf(objectType).names.plural} in the settings.`;
    case "enabled":
      return `To ${way} it now, ${click}. Or turn on automatic ${way} in the settings.`;
    case "exists":
    case "error":
      return `To ${way} it again, ${click}.`;
  }
}
