import type { ComponentMapping } from "@remote-ui/react/host";
import { createController } from "@remote-ui/react/host";
import type { ReactNode } from "react";
import * as accordion from "./accordion.tsx";
import * as buttons from "./buttons.tsx";
import * as form from "./form.tsx";
import { Icon } from "./icon.tsx";
import * as layout from "./layout.tsx";
import {
  LayerBody,
  LayerFooter,
  Modal,
  Panel,
  PanelSection,
  Tooltip,
} from "./overlay.tsx";
import * as notices from "./notices.tsx";
import * as progress from "./progress.tsx";
import * as selects from "./selects.tsx";
import * as table from "./table.tsx";
import * as tabs from "./tabs.tsx";
import * as tags from "./tags.tsx";
import * as textFields from "./text-fields.tsx";
import * as text from "./text.tsx";
import * as ticks from "./ticks.tsx";

/** HubSpot's components by the names under which a card sends them. */
const components: ComponentMapping = {
  ...accordion,
  ...buttons,
  ...form,
  ...layout,
  ...notices,
  ...progress,
  ...selects,
  ...table,
  ...tabs,
  ...tags,
  ...text,
  ...textFields,
  ...ticks,
  Icon,
  Modal,
  ModalBody: LayerBody,
  ModalFooter: LayerFooter,
  Panel,
  PanelBody: LayerBody,
  PanelFooter: LayerFooter,
  PanelSection,
  Tooltip,
  Textarea: textFields.TextArea,
};

function unknown(name: string) {
  return function UnknownComponent({ children }: { children?: ReactNode }) {
    return (
      <div className="k-unknown" data-unknown={name}>
        <strong>{name}</strong> is not drawn by the desk.
        {children}
      </div>
    );
  };
}

/** remote-ui throws on a name that it does not know; here one unknown component shows as a marked box and the page lives. */
export function cardController(): ReturnType<typeof createController> {
  const known = createController(components);
  const strangers = new Map<string, ReturnType<typeof unknown>>();
  return {
    ...known,
    get(type) {
      const name = String(type);
      if (Object.hasOwn(components, name)) return known.get(type);
      const box = strangers.get(name) ?? unknown(name);
      strangers.set(name, box);
      return box;
    },
  };
}
