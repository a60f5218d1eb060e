type Props = {
  count: number;
  busy: boolean;
  onSave: () => void;
  onCancel: () => void;
};

/** Save and Cancel, there whenever something was typed; the buttons stay in place so that tests and hands find them. */
export function SaveBar({ count, busy, onSave, onCancel }: Props) {
  return (
    <div className="save-bar" data-edited={count > 0}>
      <button
        type="button"
        className="k-button k-button-primary k-size-sm"
        disabled={count === 0 || busy}
        onClick={onSave}
      >
        Save
      </button>
      <button
        type="button"
        className="k-button k-button-secondary k-size-sm"
        disabled={count === 0 || busy}
        onClick={onCancel}
      >
        Cancel
      </button>
      <span>
        {count === 0 ? "" : count === 1 ? "1 change" : `${count} changes`}
      </span>
    </div>
  );
}
