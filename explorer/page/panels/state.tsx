import type { JSX } from "preact";
import { isChanged, partsOf, type Cell, type Part } from "../tree.ts";

interface StateProps {
  readonly state: unknown;
  readonly before: unknown;
  readonly at: number;
  readonly isOpen: boolean;
}

/** The whole state as a tree, what the step changed marked. */
export function StatePanel({ state, before, at, isOpen }: StateProps): JSX.Element {
  return (
    <section class="panel" aria-labelledby="state-heading">
      <details open={isOpen}>
        <summary>
          <h2 id="state-heading">The state {at === 0 ? "at the start" : `after step ${at}`}</h2>
        </summary>
        <ul class="tree">
          {partsOf(state, before).map((part) => (
            <PartView part={part} key={part.name} />
          ))}
        </ul>
      </details>
    </section>
  );
}

function PartView({
  part,
  within = "",
}: {
  readonly part: Part;
  /** The parts around it, as a prefix of its name. */
  readonly within?: string;
}): JSX.Element {
  const marked = isChanged(part) ? "changed" : "";
  switch (part.kind) {
    case "value":
      return (
        <li class={marked} data-name={part.name}>
          <span class="name">{part.name}</span> <CellText cell={part.cell} />
        </li>
      );
    case "table":
      return (
        <li data-name={part.name}>
          <div class="scroll" role="region" aria-label={`${within}${part.name}`} tabIndex={0}>
            <table class="grid cells">
              <caption>{part.name}</caption>
              <thead>
                <tr>
                  {part.rows.length === 1 && part.rows[0]!.name === "" ? null : <td />}
                  {part.columns.map((column) => (
                    <th scope="col" key={column}>
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {part.rows.map(({ name, cells }) => (
                  <tr key={name}>
                    {name === "" ? null : <th scope="row">{name}</th>}
                    {cells.map((cell, index) => (
                      <td key={part.columns[index]} class={cell.before === undefined ? "" : "changed"}>
                        <CellText cell={cell} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </li>
      );
    case "group":
      return (
        <li class="group" data-name={part.name}>
          <span class={`name ${marked}`}>{part.name}</span>
          <ul class={part.parts.every(({ name }) => name.startsWith("[")) ? "elements" : ""}>
            {part.parts.map((inner) => (
              <PartView part={inner} within={`${within}${part.name} `} key={inner.name} />
            ))}
          </ul>
        </li>
      );
  }
}

function CellText({ cell }: { readonly cell: Cell }): JSX.Element {
  return (
    <>
      <span class="value">{cell.text}</span>
      {cell.before === undefined ? null : <small> (was {cell.before})</small>}
    </>
  );
}
