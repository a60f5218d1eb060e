import { hubspot } from "@hubspot/ui-extensions";
import { SettingsPage } from "./settings-page.tsx";

hubspot.extend<"settings">(() => <SettingsPage />);
