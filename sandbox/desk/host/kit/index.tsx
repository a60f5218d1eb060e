import type { ComponentMapping } from "@remote-ui/react/host";
import { createController } from "@remote-ui/react/host";
import type { ReactNode } from "react";
import { Accordion } from "./accordion.tsx";
import { Button, ButtonRow, LoadingButton } from "./buttons.tsx";
import { Form } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { Input } from "./input.tsx";
import { Box, Divider, Flex, Tile } from "./layout.tsx";
import { List } from "./list.tsx";
import { MultiSelect } from "./multi-select.tsx";
import { Alert, EmptyState, ErrorState } from "./notices.tsx";
import { NumberInput } from "./number-input.tsx";
import {
  LayerBody,
  LayerFooter,
  Modal,
  Panel,
  PanelSection,
  Tooltip,
} from "./overlay.tsx";
import { LoadingSpinner, ProgressBar } from "./progress.tsx";
import { Select } from "./select.tsx";
import { StatusTag } from "./status-tag.tsx";
import {
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "./table.tsx";
import { Tab, Tabs } from "./tabs.tsx";
import { Tag } from "./tag.tsx";
import {
  DescriptionList,
  DescriptionListItem,
  Heading,
  Link,
  Text,
} from "./text.tsx";
import { Checkbox, Toggle } from "./ticks.tsx";
import { ToggleGroup } from "./toggle-group.tsx";

/** Those of HubSpot's components that our screens use, by the names under which a card sends them. */
const components: ComponentMapping = {
  Accordion,
  Alert,
  Box,
  Button,
  ButtonRow,
  Checkbox,
  DescriptionList,
  DescriptionListItem,
  Divider,
  EmptyState,
  ErrorState,
  Flex,
  Form,
  Heading,
  Icon,
  Input,
  Link,
  List,
  LoadingButton,
  LoadingSpinner,
  Modal,
  ModalBody: LayerBody,
  ModalFooter: LayerFooter,
  MultiSelect,
  NumberInput,
  Panel,
  PanelBody: LayerBody,
  PanelFooter: LayerFooter,
  PanelSection,
  ProgressBar,
  SearchInput: Input,
  Select,
  StatusTag,
  Tab,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Tabs,
  Tag,
  Text,
  Tile,
  Toggle,
  ToggleGroup,
  Tooltip,
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
