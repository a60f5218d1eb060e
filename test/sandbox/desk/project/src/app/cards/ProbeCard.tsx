import {
  BarChart,
  Button,
  ButtonRow,
  DescriptionList,
  DescriptionListItem,
  Flex,
  Form,
  Heading,
  hubspot,
  Input,
  LoadingButton,
  Modal,
  ModalBody,
  ModalFooter,
  Panel,
  PanelBody,
  PanelFooter,
  PanelSection,
  Select,
  Tab,
  Table,
  TableBody,
  TableCell,
  TableRow,
  Tabs,
  Text,
  Toggle,
  Tooltip,
} from "@hubspot/ui-extensions";
import { useCrmProperties } from "@hubspot/ui-extensions/crm";
import { useState } from "react";

type Api = Parameters<
  Parameters<typeof hubspot.extend<"crm.record.sidebar">>[0]
>[0];

// Above the component on purpose: a bundle calls extend before the rest of its module has run.
hubspot.extend<"crm.record.sidebar">(({ context, actions }) => (
  <Probe context={context} actions={actions} />
));

/** Uses each part of the worker's contract once and shows what came of it. */
function Probe({ context, actions }: Pick<Api, "context" | "actions">) {
  const [said, setSaid] = useState("nothing yet");
  const [word, setWord] = useState("");
  const [choice, setChoice] = useState("b");
  const [on, setOn] = useState(false);
  const { properties } = useCrmProperties(["jobtitle"]);
  const origin = String(context.variables?.["API_ORIGIN"]);

  async function call(path: string, method: "GET" | "POST" = "GET") {
    try {
      const request =
        method === "POST" ? { method, body: { some: "thing" } } : { method };
      const answer = await hubspot.fetch(`${origin}${path}`, request);
      setSaid(`${answer.status} ${JSON.stringify(await answer.json())}`);
    } catch (error) {
      setSaid(`threw ${String(error)}`);
    }
  }
  const attempt = (action: () => unknown) => () => {
    try {
      action();
      setSaid("went through");
    } catch (error) {
      setSaid(`threw ${String(error)}`);
    }
  };

  return (
    <Flex direction="column" gap="sm">
      <Text testId="context">{JSON.stringify(context)}</Text>
      <Text testId="said">{said}</Text>
      <Text testId="job">{properties["jobtitle"] ?? "no job"}</Text>
      <LoadingButton onClick={() => void call("/ui/probe")}>Ask</LoadingButton>
      <Button onClick={() => void call("/ui/probe", "POST")}>Post</Button>
      <Button
        onClick={() =>
          void hubspot
            .fetch("https://elsewhere.example/x")
            .catch((error: unknown) => setSaid(`threw ${String(error)}`))
        }
      >
        Ask elsewhere
      </Button>
      <Button onClick={attempt(() => void fetch(origin))}>Plain fetch</Button>
      <Button onClick={attempt(() => new WebSocket("wss://elsewhere.example"))}>
        WebSocket
      </Button>
      <Button
        onClick={attempt(() =>
          Reflect.construct(
            Reflect.get(globalThis, "XMLHttpRequest") as new () => object,
            [],
          ),
        )}
      >
        XMLHttpRequest
      </Button>
      <Button
        onClick={() =>
          actions.addAlert({
            type: "warning",
            title: "Look",
            message: "An alert from the card",
          })
        }
      >
        Alert
      </Button>
      <Button onClick={() => actions.refreshObjectProperties()}>
        Refresh properties
      </Button>
      <Button
        onClick={() => {
          throw new Error("The handler threw on purpose.");
        }}
      >
        Throw
      </Button>
      <Heading>Particulars</Heading>
      <DescriptionList direction="row">
        <DescriptionListItem label="Rank">
          <Text>Rear admiral</Text>
        </DescriptionListItem>
      </DescriptionList>
      <ButtonRow>
        <Button
          overlay={
            <Panel id="more" title="All of it" width="md">
              <PanelBody>
                <PanelSection flush>
                  <Text>What is too long for a card.</Text>
                </PanelSection>
              </PanelBody>
              <PanelFooter>
                <Button onClick={() => actions.closeOverlay("more")}>
                  Enough
                </Button>
              </PanelFooter>
            </Panel>
          }
        >
          Read
        </Button>
      </ButtonRow>
      <Button
        overlay={
          <Modal id="sure" title="Are you sure?">
            <ModalBody>
              <Text>It cannot be taken back.</Text>
            </ModalBody>
            <ModalFooter>
              <Button onClick={() => actions.closeOverlay("sure")}>
                Never mind
              </Button>
            </ModalFooter>
          </Modal>
        }
      >
        Open
      </Button>
      <Button overlay={<Tooltip>Only a hint</Tooltip>}>Hover</Button>
      <Form onSubmit={(event) => setSaid(JSON.stringify(event.targetValue))}>
        <Input
          label="Word"
          name="word"
          value={word}
          onInput={(typed) => setWord(typed)}
        />
        <Button type="submit">Send</Button>
      </Form>
      <Text testId="word">{word}</Text>
      <Select
        label="Choice"
        name="choice"
        value={choice}
        options={[
          { label: "Apple", value: "a" },
          { label: "Banana", value: "b" },
        ]}
        onChange={(value) => setChoice(String(value))}
      />
      <Toggle label="Switch" name="switch" checked={on} onChange={setOn} />
      <Text testId="state">{`${choice} ${on ? "on" : "off"}`}</Text>
      <Tabs defaultSelected="two">
        <Tab tabId="one" title="One">
          <Text>In the first tab</Text>
        </Tab>
        <Tab tabId="two" title="Two">
          <Text>In the second tab</Text>
        </Tab>
      </Tabs>
      <Table
        paginated
        pageCount={3}
        onPageChange={(page) => setSaid(`page ${page}`)}
      >
        <TableBody>
          <TableRow>
            <TableCell>A cell</TableCell>
          </TableRow>
        </TableBody>
      </Table>
      <BarChart
        data={[]}
        axes={{
          x: { field: "a", fieldType: "category" },
          y: { field: "b", fieldType: "linear" },
        }}
      />
    </Flex>
  );
}
