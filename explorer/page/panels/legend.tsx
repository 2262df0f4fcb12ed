import type { JSX } from "preact";
import type { DrawnStep } from "../layout.ts";

/** The signs of the diagram that occur in it, with their meaning. */
export function Legend({ steps }: { readonly steps: readonly DrawnStep[] }): JSX.Element | null {
  const arrows = steps.flatMap(({ step }) => step.arrows);
  const lanes = steps.flatMap(({ step }) => step.lanes);
  const signs: [boolean, string, string][] = [
    [arrows.some(({ kind, isLost }) => kind === "message" && !isLost), "message", "message of a device"],
    [arrows.some(({ isLost }) => isLost), "lost", "no handler: the event is lost"],
    [arrows.some(({ kind }) => kind === "write"), "write", "register write"],
    [arrows.some(({ kind }) => kind === "ipi"), "ipi", "IPI"],
    [arrows.some(({ kind }) => kind === "task"), "task", "pinned task"],
    [
      lanes.some(({ kind, tone }) => kind === "points" && tone === "bad"),
      "points-bad",
      "a message sent now would be lost",
    ],
    [
      lanes.some(({ kind, tone }) => kind === "points" && tone === "warn"),
      "points-warn",
      "a message sent now would wait, or the scheme checks for it",
    ],
    [lanes.some(({ kind, tone }) => kind === "busy" && tone === "good"), "busy", "in an interrupt"],
    [
      lanes.some(({ kind, tone }) => kind === "busy" && tone === "bad"),
      "busy-bad",
      "in an interrupt without a handler",
    ],
    [lanes.some(({ kind }) => kind === "irqs-off"), "irqs-off", "interrupts off"],
    [lanes.some(({ kind }) => kind === "offline"), "offline", "offline"],
  ];
  const used = signs.filter(([isUsed]) => isUsed);
  if (used.length === 0) return null;
  return (
    <ul class="legend" aria-label="Signs">
      {used.map(([, sign, text]) => (
        <li key={sign}>
          <Sign sign={sign} /> {text}
        </li>
      ))}
    </ul>
  );
}

function Sign({ sign }: { readonly sign: string }): JSX.Element {
  const kind = {
    message: "message good",
    lost: "message bad lost",
    write: "write plain",
    ipi: "ipi plain",
    task: "task plain",
  }[sign];
  return (
    <svg width="34" height="14" aria-hidden="true">
      {kind === undefined ? (
        <SignBar sign={sign} />
      ) : (
        <g class={`arrow ${kind}`}>
          <line x1="1" x2={sign === "lost" ? 18 : 24} y1="7" y2="7" />
          {sign === "lost" ? (
            <g class="void">
              <circle cx="25" cy="7" r="6" />
              <line x1="21" x2="29" y1="11" y2="3" />
            </g>
          ) : (
            <path class="head" d="M 33 7 l -9 -5 v 10 z" />
          )}
        </g>
      )}
    </svg>
  );
}

function SignBar({ sign }: { readonly sign: string }): JSX.Element {
  if (sign === "offline") return <line class="lifeline offline" x1="1" x2="33" y1="7" y2="7" />;
  const [kind = "", tone = "plain"] =
    sign === "busy" ? ["busy", "good"] : sign === "irqs-off" ? ["irqs-off", "plain"] : sign.split("-");
  const isHatched = tone === "bad" || tone === "warn";
  return (
    <rect
      class={`bar ${kind} ${tone}`}
      x="1"
      y="2"
      width="32"
      height="10"
      {...(isHatched ? { fill: `url(#hatch-${tone})` } : {})}
    />
  );
}
