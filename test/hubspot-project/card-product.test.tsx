import { describe, expect, test } from "vitest";
import { syncView } from "../../hubspot-project/src/app/cards/sync-view.ts";
import { cardShowing } from "./card-on-a-page.tsx";
import { jobTitle, view, waitingToPull } from "./sample-views.ts";

const record = { id: "9b2c", name: "Ada Lovelace", url: null };

describe("the product's name on the card", () => {
  test("names its side in values, effects, questions, and the time of a sync", async () => {
    const card = await cardShowing(
      waitingToPull({
        productName: "Comet",
        fields: [{ ...jobTitle, state: "changed_in_workspace" }],
        lastPush: { at: new Date().toISOString(), by: "product" },
      }),
    );
    expect(card.part("difference-job_title")).toBe(
      "Job title changed in Comet | HubSpot | Chief engineer | Comet | Engineer | " +
        "Pull writes “Chief engineer” to Comet. | Push changes nothing. Only HubSpot changed.",
    );
    expect(card.part("last")).toContain("after a change in Comet");
    expect(card.words()).not.toContain("orkspace");
  });

  test("is what a server of the version before leaves to the card", async () => {
    const { productName: _name, ...earlier } = view({
      record: null,
      status: "not_synced",
      reason: "This contact hasn't been pulled",
    });
    const card = await cardShowing(syncView.parse(earlier));
    expect(card.part("empty")).toContain("Not in your product");
  });

  test("at the start of a label has a capital only if it is no name", async () => {
    const fields = [jobTitle];
    const unnamed = await cardShowing(
      waitingToPull({ productName: "your product", fields }),
    );
    expect(unnamed.part("difference-job_title")).toContain(
      "| Your product | Engineer",
    );
    const named = await cardShowing(
      waitingToPull({ productName: "orbit", fields }),
    );
    expect(named.part("difference-job_title")).toContain("| orbit | Engineer");
  });
});

describe("the link to the record", () => {
  test("opens the record in the product", async () => {
    const url = "https://app.example.com/contacts/9b2c";
    const card = await cardShowing(view({ record: { ...record, url } }));
    expect(card.part("open-record")).toBe("Open in Orbit");
    expect(card.props("open-record")).toMatchObject({
      href: { url, external: true },
    });
  });

  test("is not there without an address, without a record, or from a server of the version before", async () => {
    const { url: _url, ...earlier } = record;
    for (const shown of [
      view({ record }),
      view({ record: null }),
      syncView.parse({ ...view(), record: earlier }),
    ]) {
      const card = await cardShowing(shown);
      expect(card.part("open-record")).toBeNull();
    }
  });
});
