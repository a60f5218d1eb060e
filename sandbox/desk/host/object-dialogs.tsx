import { useEffect, useState } from "react";
import type { DeskClient, ListRow, ObjectType } from "./desk-client.ts";
import { closeOverlay, LayerBody, LayerFooter, Modal } from "./kit/overlay.tsx";
import { useAttempt } from "./toasts.tsx";

type ChooseProps = {
  id: string;
  title: string;
  intro: string;
  action: string;
  client: DeskClient;
  type: ObjectType;
  /** An object that cannot be chosen. */
  except?: string;
  onChosen: (row: ListRow) => Promise<unknown>;
};

/** A dialog to find and choose another object: for a merge, for an association. */
export function ChooseObject(props: ChooseProps) {
  return (
    <Modal id={props.id} title={props.title} width="md">
      <Chooser {...props} />
    </Modal>
  );
}

function Chooser({
  id,
  intro,
  action,
  client,
  type,
  except,
  onChosen,
}: ChooseProps) {
  const [search, setSearch] = useState("");
  const [rows, setRows] = useState<ListRow[]>([]);
  const [chosen, setChosen] = useState<ListRow | null>(null);
  const [busy, setBusy] = useState(false);
  const attempt = useAttempt();
  useEffect(() => {
    let wanted = true;
    client.list(type.id, { search }).then(
      ({ results }) => {
        if (wanted)
          setRows(results.filter((row) => row.id !== except).slice(0, 8));
      },
      () => {
        if (wanted) setRows([]);
      },
    );
    return () => {
      wanted = false;
    };
  }, [client, type.id, search, except]);

  async function confirm(row: ListRow) {
    setBusy(true);
    const done = await attempt(() => onChosen(row));
    setBusy(false);
    if (done) closeOverlay(id);
  }

  return (
    <>
      <LayerBody>
        <p>{intro}</p>
        <input
          type="search"
          className="search"
          aria-label={`Search ${type.plural.toLowerCase()}`}
          placeholder={`Search ${type.plural.toLowerCase()}`}
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
        <div className="choices" role="radiogroup" aria-label={type.plural}>
          {rows.map((row) => (
            <label key={row.id} className="k-choice">
              <input
                type="radio"
                name={id}
                checked={chosen?.id === row.id}
                onChange={() => {
                  setChosen(row);
                }}
              />
              <span>
                {row.name}
                <small>
                  {row.values[0]} · {row.id}
                </small>
              </span>
            </label>
          ))}
          {rows.length === 0 && <p className="note">Nothing found.</p>}
        </div>
      </LayerBody>
      <DialogFooter
        id={id}
        action={action}
        disabled={!chosen || busy}
        onAction={() => chosen && void confirm(chosen)}
      />
    </>
  );
}

type ConfirmProps = {
  id: string;
  title: string;
  text: string;
  action: string;
  onConfirmed: () => Promise<unknown>;
};

/** A dialog before something that is hard to take back. */
export function ConfirmAction({
  id,
  title,
  text,
  action,
  onConfirmed,
}: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const attempt = useAttempt();
  return (
    <Modal id={id} title={title} variant="danger">
      <LayerBody>
        <p>{text}</p>
      </LayerBody>
      <DialogFooter
        id={id}
        action={action}
        danger
        disabled={busy}
        onAction={() => {
          setBusy(true);
          void attempt(onConfirmed).then((done) => {
            setBusy(false);
            if (done) closeOverlay(id);
          });
        }}
      />
    </Modal>
  );
}

type FooterProps = {
  id: string;
  action: string;
  danger?: boolean;
  disabled: boolean;
  onAction: () => unknown;
};

function DialogFooter({
  id,
  action,
  danger = false,
  disabled,
  onAction,
}: FooterProps) {
  return (
    <LayerFooter>
      <button
        type="button"
        className={`k-button k-button-${danger ? "destructive" : "primary"} k-size-sm`}
        disabled={disabled}
        onClick={() => void onAction()}
      >
        {action}
      </button>
      <button
        type="button"
        className="k-button k-button-secondary k-size-sm"
        onClick={() => {
          closeOverlay(id);
        }}
      >
        Cancel
      </button>
    </LayerFooter>
  );
}
