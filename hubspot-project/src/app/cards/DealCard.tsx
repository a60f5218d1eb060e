import { hubspot } from "@hubspot/ui-extensions";
import { SyncCard } from "./sync-card.tsx";

hubspot.extend<"crm.record.sidebar">(() => <SyncCard />);
