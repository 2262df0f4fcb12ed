import { renderToString } from "preact-render-to-string";
import { Drawing, Hatching, StepList } from "../../explorer/page/panels/diagram.tsx";
import { drawn } from "../../explorer/page/drawn.ts";
import { layout } from "../../explorer/page/layout.ts";
import { Legend } from "../../explorer/page/panels/legend.tsx";
import type { Overview, StepView } from "../../explorer/wire.ts";

/** Widths of the two drawings, in CSS pixels: the style sheet shows the one that fits. */
const WIDE = 820;
const NARROW = 314;

/** A run as the explorer draws it, for a page without a script. */
export function diagramHtml(
  { lanes, isSystem, properties }: Overview,
  steps: readonly StepView[],
  loopFrom: number | undefined,
): string {
  const length = steps.length - 1;
  const marked = drawn({
    steps: new Map(steps.entries()),
    first: 0,
    last: length,
    properties: new Set(properties.map(({ id }) => id)),
    isSystem,
    length,
    ...(loopFrom === undefined ? {} : { loopFrom }),
  });
  const drawing = (width: number, name: string) => (
    <div class={`${name} scroll`} role="region" aria-label="Sequence diagram" tabIndex={0}>
      <Drawing diagram={layout(lanes, marked, width)} steps={marked} at={-1} length={length} />
    </div>
  );
  return renderToString(
    <div class="run-diagram">
      <Hatching />
      {drawing(WIDE, "wide")}
      {drawing(NARROW, "narrow")}
      <Legend steps={marked} />
      <StepList lanes={lanes} steps={marked} />
    </div>,
  );
}
