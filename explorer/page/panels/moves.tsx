import type { JSX } from "preact";
import { pathOfText, pathText } from "../../path.ts";
import type { MoveView } from "../../wire.ts";
import type { Controller } from "../controller.ts";

/** The moves of a recording that are worth a look, each with the lines of the log. */
export function MovesPanel({
  controller,
  moves,
  text,
}: {
  readonly controller: Controller;
  readonly moves: readonly MoveView[];
  /** The whole report as text. */
  readonly text: string | undefined;
}): JSX.Element {
  const shown = controller.state.position;
  const current = shown === undefined ? "" : pathText(shown.path);
  return (
    <section class="panel" aria-labelledby="moves-heading">
      <h2 id="moves-heading">Notable moves</h2>
      {text === undefined ? null : (
        <details>
          <summary>Full report</summary>
          <pre class="scroll" role="region" aria-label="Full report" tabIndex={0}>
            {text}
          </pre>
        </details>
      )}
      <ul class="moves">
        {moves.map(({ title, text, log, run }) => {
          const path = run === undefined ? undefined : pathOfText(run);
          return (
            <li key={title}>
              <h3>
                {title}{" "}
                {path === undefined ? null : (
                  <button type="button" aria-pressed={run === current} onClick={() => void controller.showPath(path)}>
                    Show as a run of the model
                  </button>
                )}
              </h3>
              <p>{text}</p>
              {log.length === 0 ? null : (
                <details>
                  <summary>Log lines of the move</summary>
                  <pre class="scroll" role="region" aria-label={`Log of ${title}`} tabIndex={0}>
                    {log.join("\n")}
                  </pre>
                </details>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
