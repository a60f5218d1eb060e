import { useState } from "react";
import type { Board, BoardCard } from "./desk-client.ts";
import { classes } from "./kit/props.ts";

type Stage = Board["stages"][number];

type Props = {
  stage: Stage;
  /** All stages of the pipeline, to choose another one. */
  stages: readonly Stage[];
  address: (id: string) => string;
  onMove: (id: string, stage: Stage) => void;
};

/** One stage of a board. What is dropped on it gets this stage. */
export function BoardColumn({ stage, stages, address, onMove }: Props) {
  const [isOver, setIsOver] = useState(false);
  return (
    <section
      className={classes("board-column", isOver && "is-over")}
      aria-label={stage.label}
      data-testid={`stage:${stage.id}`}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => {
        setIsOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        const id = event.dataTransfer.getData("text/plain");
        const isHere = stage.cards.some((card) => card.id === id);
        if (/^\d+$/.test(id) && !isHere) onMove(id, stage);
      }}
    >
      <header>
        <h2>{stage.label}</h2>
        <span>{stage.total}</span>
      </header>
      {stage.cards.map((card) => (
        <Card
          key={card.id}
          card={card}
          stage={stage}
          stages={stages}
          address={address(card.id)}
          onMove={onMove}
        />
      ))}
      {stage.total > stage.cards.length && (
        <p className="blank">and {stage.total - stage.cards.length} more</p>
      )}
    </section>
  );
}

function Card({
  card: { id, name, amount, closes },
  stage,
  stages,
  address,
  onMove,
}: Omit<Props, "address"> & { card: BoardCard; address: string }) {
  return (
    <article
      draggable
      data-testid={`deal:${id}`}
      onDragStart={(event) => {
        event.dataTransfer.setData("text/plain", id);
        event.dataTransfer.effectAllowed = "move";
      }}
    >
      {/* A link would be dragged as an address. */}
      <a href={address} draggable={false}>
        {name}
      </a>
      <dl>
        <div>
          <dt>Amount</dt>
          <dd>{amount || "--"}</dd>
        </div>
        <div>
          <dt>Close date</dt>
          <dd>{closes === "" ? "--" : closes.slice(0, 10)}</dd>
        </div>
      </dl>
      <span className="property">
        <select
          aria-label={`Stage of ${name}`}
          value={stage.id}
          onChange={(event) => {
            const to = stages.find(
              (each) => each.id === event.currentTarget.value,
            );
            if (to) onMove(id, to);
          }}
        >
          {stages.map((each) => (
            <option key={each.id} value={each.id}>
              {each.label}
            </option>
          ))}
        </select>
      </span>
    </article>
  );
}
