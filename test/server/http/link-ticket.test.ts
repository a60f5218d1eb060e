import { createSecretKey, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import {
  aboutLink,
  LinkTickets,
  subjectOf,
} from "../../../server/http/oauth/link-ticket.ts";
import { StateSigner } from "../../../server/http/oauth/state.ts";

const [key, earlier] = [1, 2].map(() => createSecretKey(randomBytes(32)));
const keys = key === undefined ? [] : [key];
const subject = {
  portalId: 7,
  userId: "00000000-0000-7000-8000-000000000001",
};
const day = 24 * 3_600_000;

test("a ticket for linking is valid for a day, and for its user", () => {
  const tickets = new LinkTickets(keys);
  const { ticket, expiresAt } = tickets.issue(subject, 1_000);
  expect(expiresAt).toEqual(new Date(1_000 + day));
  expect(tickets.check(ticket, 1_000 + day)).toEqual(subject);
  expect(tickets.check(ticket, 1_001 + day)).toBeNull();
});

test("a ticket that somebody else made, or changed, is none", () => {
  const tickets = new LinkTickets(keys);
  const { ticket } = tickets.issue(subject, 0);
  for (const forged of [
    "",
    "a.b.c.d",
    ticket.replace("7.", "8."),
    ticket.replace("0001.", "0002."),
    `${ticket}.more`,
    new LinkTickets(earlier === undefined ? [] : [earlier]).issue(subject, 0)
      .ticket,
  ])
    expect(tickets.check(forged, 0), forged).toBeNull();
});

test("a ticket of an earlier key is valid while keys are replaced", () => {
  const old = earlier === undefined ? [] : [earlier];
  const { ticket } = new LinkTickets(old).issue(subject, 0);
  expect(new LinkTickets([...keys, ...old]).check(ticket, 0)).toEqual(subject);
});

test("a state says what the consent is for, and nobody can change that", () => {
  const signer = new StateSigner(keys);
  const { state } = signer.issue("browser", 0, aboutLink(subject));
  const checked = signer.check(state, "browser", 0);
  expect(checked).toMatchObject({ ok: true, about: aboutLink(subject) });
  expect(subjectOf(aboutLink(subject))).toEqual(subject);
  const connecting = signer.issue("browser", 0);
  expect(signer.check(connecting.state, "browser", 0)).toMatchObject({
    ok: true,
    about: "",
  });
  const parts = state.split(".");
  for (const forged of [
    // Without what it is about, it would connect the account.
    [...parts.slice(0, 3), parts[4]].join("."),
    state.replace(":0000", ":1000"),
    `${connecting.state.split(".").slice(0, 3).join(".")}.${aboutLink(subject)}.${connecting.state.split(".")[3]}`,
  ])
    expect(signer.check(forged, "browser", 0)).toEqual({
      ok: false,
      reason: "foreign",
    });
});
