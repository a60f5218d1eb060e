import { hubspot } from "@hubspot/ui-extensions";

hubspot.extend<"crm.record.sidebar">(() => <CrashingCard />);

function CrashingCard(): never {
  throw new Error("The card crashed on purpose.");
}
