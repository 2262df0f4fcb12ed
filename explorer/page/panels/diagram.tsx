import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Lane } from "../../wire.ts";
import { layout, type Bar, type Diagram, type DrawnArrow, type DrawnStep, type Row } from "../layout.ts";
import { Legend } from "./legend.tsx";
import { counted, sentence } from "../text.ts";

interface DiagramProps {
  readonly lanes: readonly Lane[];
  readonly steps: readonly DrawnStep[];
  readonly at: number;
  /** Steps of the whole run. */
  readonly length: number;
  readonly select: (place: number) => void;
}

/** The run as a sequence diagram, and as a list for a reader that does not see it. */
export function DiagramPanel({ lanes, steps, at, length, select }: DiagramProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.max(280, Math.floor(element.clientWidth))));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const diagram = layout(lanes, steps, width);
  const hasActed = useActed();
  useEffect(() => {
    // The page opens at its top, and follows the chosen step when the user moves it.
    if (hasActed.current) frame.current?.querySelector(`[data-place="${at}"]`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const hidden = length + 1 - steps.length;
  return (
    <div class="diagram" ref={frame}>
      {hidden > 0 ? (
        <p class="quiet">
          {counted(hidden, "step")} of this long run are not drawn; the steps around the chosen one are.
        </p>
      ) : null}
      <Hatching />
      <Drawing diagram={diagram} steps={steps} at={at} length={length} select={select} />
      <Legend steps={steps} />
      <StepList lanes={lanes} steps={steps} />
    </div>
  );
}

/** The patterns of lanes that need attention: once in a page. */
export function Hatching(): JSX.Element {
  return (
    <svg class="hatching" width="0" height="0" aria-hidden="true">
      <defs>
        {(["bad", "warn"] as const).map((tone) => (
          <pattern
            id={`hatch-${tone}`}
            key={tone}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="6" height="6" class="hatch-ground" />
            <rect width="3" height="6" class={`hatch ${tone}`} />
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

/** The diagram without its legend. */
export function Drawing({
  diagram,
  steps,
  at,
  length,
  select,
}: Omit<DiagramProps, "lanes" | "select"> & {
  readonly diagram: Diagram;
  /** Absent where no step can be chosen. */
  readonly select?: DiagramProps["select"];
}): JSX.Element {
  const chosen = diagram.rows.find(({ place }) => place === at);
  return (
    <svg
      width={diagram.width}
      height={diagram.height}
      viewBox={`0 0 ${diagram.width} ${diagram.height}`}
      role="img"
      aria-label={`Sequence diagram of ${counted(length, "step")}; the list below has the same steps`}
    >
      {chosen === undefined ? null : (
        <rect class="chosen" x="0" y={chosen.y} width={diagram.width} height={chosen.height} rx="4" />
      )}
      <Lanes diagram={diagram} />
      {diagram.rows.map((row, index) => (
        <StepRow key={row.place} row={row} drawn={steps[index]!} width={diagram.width} select={select} />
      ))}
    </svg>
  );
}

/** The steps for a reader that does not see the diagram. */
export function StepList({ lanes, steps }: Pick<DiagramProps, "lanes" | "steps">): JSX.Element {
  return (
    <ol class="visually-hidden" aria-label="The steps of the run">
      {steps.map(({ place, step, violates, loss, loop }) => (
        <li key={place} value={place}>
          {place === 0
            ? "The initial state. "
            : `${step.lane === null ? "" : `${lanes[step.lane]?.name}: `}${step.label}. `}
          {step.arrows.map(
            ({ from, to, head, isLost }) =>
              `From ${lanes[from]?.name} to ${lanes[to]?.name}: ${head}${isLost ? ", and no handler for it" : ""}. `,
          )}
          {step.changes.map((change) => `${change}. `)}
          {loss === undefined ? "" : sentence(loss)} {loop === undefined ? "" : sentence(loop)}
          {violates.length === 0 ? "" : `Violates ${violates.join(", ")}.`}
        </li>
      ))}
    </ol>
  );
}

/** Whether the user has pressed a key or a button of the mouse yet. */
function useActed(): { readonly current: boolean } {
  const acted = useRef(false);
  useEffect(() => {
    const act = (): void => {
      acted.current = true;
    };
    const events = ["keydown", "pointerdown"] as const;
    for (const event of events) document.addEventListener(event, act, { capture: true, once: true });
    return () => {
      for (const event of events) document.removeEventListener(event, act, { capture: true });
    };
  }, []);
  return acted;
}

function Lanes({ diagram }: { readonly diagram: Diagram }): JSX.Element {
  return (
    <g>
      {diagram.lanes.map(({ name, x }) => (
        <text class="lane" x={x} y={18} key={name}>
          {name}
        </text>
      ))}
      {diagram.bars.map((bar) => (
        <LaneBar bar={bar} key={`${bar.lane} ${bar.from}`} />
      ))}
    </g>
  );
}

/** A stretch of a lane: a line while it is idle, a bar while it is not. */
function LaneBar({ bar: { x, from, to, kind, tone } }: { readonly bar: Bar }): JSX.Element {
  if (kind === "idle" || kind === "offline") {
    return <line class={`lifeline ${kind}`} x1={x} x2={x} y1={from} y2={to} />;
  }
  const half = kind === "points" ? 5 : 4;
  const isHatched = tone === "bad" || tone === "warn";
  return (
    <rect
      class={`bar ${kind} ${tone}`}
      x={x - half}
      y={from}
      width={2 * half}
      height={Math.max(0, to - from)}
      {...(isHatched ? { fill: `url(#hatch-${tone})` } : {})}
    />
  );
}

interface RowProps {
  readonly row: Row;
  readonly drawn: DrawnStep;
  readonly width: number;
  readonly select: ((place: number) => void) | undefined;
}

function StepRow({ row, drawn: { place, step }, width, select }: RowProps): JSX.Element {
  const { label, changes, notes, losses, violations, loop, arrows, point } = row;
  return (
    <g class="step" data-place={place} {...(select === undefined ? {} : { onClick: () => select(place) })}>
      <rect class="catch" x="0" y={row.y} width={width} height={row.height} />
      {loop.length === 0 ? null : (
        <line class="loop" x1="0" x2={width} y1={row.y + row.height} y2={row.y + row.height} />
      )}
      {arrows.map((arrow, index) => (
        <ArrowLine arrow={arrow} key={index} />
      ))}
      {label.map(({ text, x, y }, index) => (
        <text class={`label ${step.tone}`} x={x} y={y} key={index}>
          {text}
        </text>
      ))}
      {changes.map(({ text, x, y }, index) => (
        <text class="change" x={x} y={y} key={index}>
          {text}
        </text>
      ))}
      {notes.map(({ text, x, y, tone }, index) => (
        <text class={`note ${tone}`} x={x} y={y} key={index}>
          {text}
        </text>
      ))}
      {losses.map(({ text, x, y }, index) => (
        <text class="loss" x={x} y={y} key={index}>
          {text}
        </text>
      ))}
      {violations.map(({ text, x, y }, index) => (
        <text class="violation" x={x} y={y} key={index}>
          {text}
        </text>
      ))}
      {place === 0 ? null : (
        <g class={`point ${step.tone}`}>
          <circle cx={point.x} cy={point.y} r={String(place).length > 2 ? 13 : 10} />
          <text x={point.x} y={point.y + 4}>
            {place}
          </text>
        </g>
      )}
      {loop.map(({ text, x, y }, index) => (
        <text class="violation" x={x} y={y} key={index}>
          {text}
        </text>
      ))}
    </g>
  );
}

/** An arrow; a lost one ends in an empty circle with a stroke through it, short of its lane. */
function ArrowLine({ arrow: { arrow, fromX, toX, y, text } }: { readonly arrow: DrawnArrow }): JSX.Element {
  const { kind, tone, isLost } = arrow;
  const direction = toX < fromX ? -1 : 1;
  const isLoop = toX === fromX;
  const end = isLost ? toX - direction * 20 : toX - direction * 7;
  const classes = `arrow ${kind} ${tone}${isLost ? " lost" : ""}`;
  return (
    <g class={classes}>
      {isLoop ? (
        <path d={`M ${fromX} ${y - 10} h 24 v 12 h -16`} />
      ) : (
        <line x1={fromX + direction * 7} x2={end} y1={y} y2={y} />
      )}
      {isLost ? (
        <g class="void">
          <circle cx={isLoop ? fromX + 24 : toX - direction * 12} cy={y} r="8" />
          <line x1={toX - direction * 12 - 5.6} x2={toX - direction * 12 + 5.6} y1={y + 5.6} y2={y - 5.6} />
        </g>
      ) : (
        <path class="head" d={headOf(isLoop ? fromX + 4 : toX, isLoop ? y + 2 : y, isLoop ? -1 : direction)} />
      )}
      <text x={text.x} y={text.y} text-anchor={text.anchor}>
        {text.text}
      </text>
    </g>
  );
}

function headOf(x: number, y: number, direction: number): string {
  return `M ${x - direction * 2} ${y} l ${-direction * 9} -5 v 10 z`;
}
