import { expect, test } from "vitest";
import { decide } from "../../../../server/sync/decide/decide.ts";
import type {
  Decision,
  LinkEnd,
  Rules,
  Trigger,
} from "../../../../server/sync/model.ts";
import type { Settings } from "../../../../server/settings/schema.ts";
import {
  automaticPush,
  link,
  pair,
  record,
  rulesWith,
  settingsWith,
} from "./situation.ts";
import type { PairParts } from "./situation.ts";

/** "outcome code; workspace, hubspot, link": all that a decision does. */
const told = ({
  outcome,
  code,
  workspace,
  hubspot,
  link: tie,
}: Decision): string =>
  [
    `${outcome} ${code}`,
    ...(workspace.kind === "none" ? [] : [`${workspace.kind} record`]),
    ...(hubspot.kind === "none" ? [] : [`${hubspot.kind} object`]),
    ...(tie.kind === "keep"
      ? []
      : [tie.kind === "end" ? `end link ${tie.state}` : `${tie.kind} link`]),
  ].join("; ");

/** What a row says of a pair, its rules and what started the sync; the rest is the default. */
interface Case {
  readonly pair: PairParts;
  readonly trigger?: Trigger;
  readonly contact?: Partial<Settings["contact"]>;
  readonly automatic?: Settings["automatic"];
  readonly rules?: Partial<Rules>;
}

export const decided = (it: Case): Decision =>
  decide(
    rulesWith(settingsWith(it.contact, it.automatic), it.rules),
    pair(it.pair),
    it.trigger ?? automaticPush,
  );

/** A test a row: its name, the case, and what is told of the decision. */
export const decisionRows = (
  cases: readonly (readonly [string, Case, string])[],
): void => {
  test.each(cases)("%s", (_, given, expected) => {
    const decision = decided(given);
    expect(told(decision)).toBe(expected);
    expect(decision.reason).not.toBe("");
    expect(decision.problem !== null).toBe(decision.outcome === "failed");
  });
};

export const ann = { email: "ann@example.com", first_name: "Ann" };
export const pullOff = { pull: false, push: true };
export const pushOff = { pull: true, push: false };
export const ended = (state: LinkEnd, endedAt = 10) => link({ state, endedAt });
export const dead = (deletedAt = 5) => record(ann, { deletedAt });
export const conditions = {
  stages: ["customer"],
  emailStatuses: null,
  customField: null,
};
export const onlyCustomers = {
  push: { enabled: true, conditions },
  pull: { conditions, visible: true },
};
