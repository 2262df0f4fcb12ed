import { shown } from "../conformance/observation.ts";
import { alternatives, labelled } from "../conformance/failure.ts";
import type { Model } from "../language/index.ts";
import { ascii } from "../plain-text.ts";
import { changeTexts, parts, valueText } from "../trace/changes.ts";
import { count, MAIL_WIDTH, pack, wrap } from "../trace/text.ts";
import type { Trace } from "../trace/trace.ts";
import type { AbstractStep, RefinementFailure } from "./failure.ts";

/** Between the columns. */
const SEPARATOR = " | ";
/** Indentation of changes below their step. */
const CHANGE_INDENT = "  ";

/** The lines of the two columns that stand side by side. */
interface Row {
  readonly number: string;
  readonly left: readonly string[];
  readonly right: readonly string[];
}

/**
 * A failure as lines of at most 72 characters: the steps of the concrete model with those of the abstract one beside them,
 * what the last one would be, and what the abstract model allows instead.
 */
export function sideBySide<C, A>(
  concrete: Model<C>,
  abstract: Model<A>,
  { trace, abstract: counterparts, image, allowed, fitting }: RefinementFailure<C, A>,
): string {
  const { steps } = trace;
  const digits = String(steps.length - 1).length;
  const margin = digits + 3;
  const width = Math.floor((MAIL_WIDTH - margin - SEPARATOR.length) / 2);
  const rows: Row[] = [
    { number: "", left: wrap(concrete.name, width), right: wrap(abstract.name, width) },
    {
      number: "0",
      left: stateLines(steps[0]!.state, width),
      right: counterparts.length === 0 ? ["NOT ALLOWED"] : stateLines(counterparts[0]!.state, width),
    },
    ...steps.slice(1).map((_, index) => ({
      number: String(index + 1),
      left: stepLines(concrete, trace, index + 1, width),
      right: counterpartLines(abstract, counterparts, index + 1, width),
    })),
  ];
  const lines = rows.flatMap(({ number, left, right }) =>
    Array.from({ length: Math.max(left.length, right.length) }, (_, line) => {
      const first = line === 0 && number !== "" ? ` ${number.padStart(digits)}` : "";
      return `${first.padEnd(margin)}${(left[line] ?? "").padEnd(width)}${SEPARATOR}${right[line] ?? ""}`.trimEnd();
    }),
  );
  const others =
    fitting > 1 ? [`(${count(fitting)} states of ${ascii(abstract.name)} fit here; one is shown.)`, ""] : [];
  return [
    ...lines,
    "",
    ...others.flatMap((line) => (line === "" ? [""] : wrap(line, MAIL_WIDTH))),
    ...labelled("maps to:", shown(image)),
    ...alternatives(allowed, "allowed:"),
  ].join("\n");
}

function stateLines(state: unknown, width: number): string[] {
  return pack(
    parts(state).map(({ path, value }) => ascii(`${path} = ${valueText(value)}`)),
    width,
  );
}

function changeLines(texts: readonly string[], width: number): string[] {
  return pack(texts, width - CHANGE_INDENT.length).map((line) => CHANGE_INDENT + line);
}

function stepLines<C>(model: Model<C>, { steps }: Trace<C>, index: number, width: number): string[] {
  const { label, actor, state } = steps[index]!;
  const text = actor === "" ? label : `${actor}: ${label}`;
  return [...wrap(text, width), ...changeLines(changeTexts(model, steps[index - 1]!.state, state), width)];
}

function counterpartLines<A>(
  model: Model<A>,
  steps: readonly AbstractStep<A>[],
  index: number,
  width: number,
): string[] {
  const step = steps[index];
  if (step === undefined) return ["NOT ALLOWED"];
  if (step.text === undefined) return ["(no step)"];
  return [...wrap(step.text, width), ...changeLines(changeTexts(model, steps[index - 1]!.state, step.state), width)];
}
