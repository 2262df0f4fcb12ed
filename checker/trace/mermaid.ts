import { actorsOf, plain } from "./actors.ts";
import { changeTexts } from "./changes.ts";
import { ascii } from "../plain-text.ts";
import { loopMarks, type Narrator, type Trace, type TraceStep } from "./trace.ts";

/** Column of the steps without an actor. */
const NO_ACTOR = "(nobody)";

/** A counterexample as a Mermaid sequence diagram, which many forges draw inside a Markdown file. */
export function mermaid<S>(model: Narrator<S>, trace: Trace<S>): string {
  const rest = trace.steps.slice(1);
  const actors = actorsOf(model, trace);
  if (actors.length === 0) actors.push("");
  const lines = ["sequenceDiagram"];
  for (const [index, actor] of actors.entries()) lines.push(`  participant A${index} as ${escape(actor || NO_ACTOR)}`);
  for (const [index, { actor, label, state }] of rest.entries()) {
    const changes = changeTexts(model, (trace.steps[index] as TraceStep<S>).state, state);
    const loops = index >= (trace.loopFrom ?? Infinity);
    if (index === trace.loopFrom) lines.push("  loop for ever");
    const texts = [`${index + 1}. ${label}`, ...changes].map(escape);
    lines.push(`  ${loops ? "  " : ""}Note over A${actors.indexOf(plain(actor))}: ${texts.join("<br/>")}`);
  }
  if (trace.loopFrom !== undefined && trace.loopFrom < rest.length) lines.push("  end");
  const stops = trace.loopFrom === rest.length ? loopMarks(trace).after : undefined;
  const closing = [stops, trace.because, trace.conclusion].filter((text) => text !== undefined);
  const over = actors.length > 1 ? `A0,A${actors.length - 1}` : "A0";
  if (closing.length > 0)
    lines.push(`  Note over ${over}: ${closing.map((text) => escape(text as string)).join("<br/>")}`);
  return lines.join("\n");
}

/** Mermaid ends a statement at a semicolon and reads `#...;` as a character and `<...>` as HTML. */
function escape(text: string): string {
  return ascii(text)
    .replace(/[#;<>]/g, (character) => `#${character.charCodeAt(0)};`)
    .trim();
}
