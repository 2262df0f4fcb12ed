import { wrap } from "../../checker/trace/text.ts";
import { WIDTH } from "./terminal.ts";

/** A paragraph with a hanging indent. */
export function paragraph(text: string, indent = 0): string[] {
  const [first = "", ...more] = wrap(text, WIDTH - indent - 2);
  return [" ".repeat(indent) + first, ...more.map((line) => " ".repeat(indent + 2) + line)];
}
