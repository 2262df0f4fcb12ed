import type { JSX } from "preact";
import type { Card, Fact } from "../../wire.ts";

interface MachineProps {
  readonly cards: readonly Card[];
  readonly before: readonly Card[] | undefined;
  readonly at: number;
}

/** The picture of the machine: where the device's message goes, and what each CPU makes of it. */
export function MachinePanel({ cards, before, at }: MachineProps): JSX.Element {
  return (
    <section class="panel" aria-labelledby="machine-heading">
      <h2 id="machine-heading">The machine {at === 0 ? "at the start" : `after step ${at}`}</h2>
      <div class="cards">
        {cards.map((card, index) => (
          <CardView card={card} before={before?.[index]} key={card.title} />
        ))}
      </div>
    </section>
  );
}

function CardView({ card, before }: { readonly card: Card; readonly before: Card | undefined }): JSX.Element {
  const { title, status, tone, facts, vectors } = card;
  return (
    <article class={`card ${tone}${vectors === undefined ? "" : " wide"}`}>
      <h3>
        {title} {status === "" ? null : <span>{status}</span>}
      </h3>
      {vectors === undefined ? null : (
        <table class="vectors">
          <thead>
            <tr>
              <th scope="col">number</th>
              {vectors.columns.map((column) => (
                <th scope="col" key={column}>
                  {column}
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            {vectors.rows.map(({ name, cells, senders }, row) => (
              <tr key={name} class={senders.length > 0 ? "targeted" : ""}>
                <th scope="row">{name}</th>
                {cells.map((cell, column) => (
                  <FactCell key={cell.name} cell={cell} before={before?.vectors?.rows[row]?.cells[column]} />
                ))}
                <td class="senders">{senders.length === 0 ? "" : `\u25c0 ${senders.join(", ")}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <dl>
        {facts.map((fact, index) => {
          const was = before?.facts[index];
          const isChanged = was !== undefined && was.value !== fact.value;
          return (
            <div key={fact.name} class={`${fact.tone}${isChanged ? " changed" : ""}`}>
              <dt>{fact.name}</dt>
              <dd>
                {fact.value}
                {isChanged ? <small>was {was.value}</small> : null}
              </dd>
            </div>
          );
        })}
      </dl>
    </article>
  );
}

function FactCell({ cell, before }: { readonly cell: Fact; readonly before: Fact | undefined }): JSX.Element {
  const isChanged = before !== undefined && before.value !== cell.value;
  return (
    <td class={`${cell.tone}${isChanged ? " changed" : ""}`}>
      {isChanged ? (
        <small>
          {before.value} {"\u2192"}{" "}
        </small>
      ) : null}
      {cell.value}
    </td>
  );
}
