import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { pathText } from "../../path.ts";
import type { Controller, PageState } from "../controller.ts";

/** The run that is shown as plain text, to be pasted into a mail. It is asked for when it is opened. */
export function ChartPanel({
  controller,
  state,
}: {
  readonly controller: Controller;
  readonly state: PageState;
}): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState<string>();
  const { path, model } = state.position!;
  const run = `${model}/${pathText(path)}/${state.check?.kind === "done"}`;
  useEffect(() => {
    if (!isOpen) return undefined;
    let isCurrent = true;
    const show = (shown: string | undefined): void => {
      if (isCurrent) setText(shown);
    };
    controller.chart().then(show, (error: unknown) => show(error instanceof Error ? error.message : String(error)));
    return () => {
      isCurrent = false;
    };
  }, [isOpen, run]);
  return (
    <details class="chart" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>The run as text</summary>
      <pre class="scroll" role="region" aria-label="The run as text" tabIndex={0}>
        {text ?? ""}
      </pre>
      <button
        type="button"
        disabled={text === undefined}
        onClick={() => void navigator.clipboard?.writeText(`${text}\n`).catch(() => {})}
      >
        Copy
      </button>
    </details>
  );
}
