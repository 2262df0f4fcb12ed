import { inOrder, Term } from "../terms/index.ts";

/** Longer texts are replaced by a number. */
const MAX_SHAPE_LENGTH = 200;

/** Shape of a condition, without its constants: equal for the same part of different instances of an action. */
export function shapeOf(condition: Term, nameOf: (cell: number) => string): string {
  const shapes = new Map<Term, string>();
  for (const term of inOrder([condition])) shapes.set(term, short(shape(term)));
  return shapes.get(condition) as string;

  function shape({ operator, cell, operands }: Term): string {
    if (operator === "cell") return nameOf(cell);
    const parts = operands.map((operand) => (operand instanceof Term ? (shapes.get(operand) as string) : "#"));
    // The operands of a junction are sorted by numbers that differ from one instance to another.
    if (operator === "and" || operator === "or") parts.sort();
    return `${operator}(${parts.join(",")})`;
  }
}

/** The text, or a digest of it: FNV-1a. */
function short(text: string): string {
  if (text.length <= MAX_SHAPE_LENGTH) return text;
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return `#${(hash >>> 0).toString(16)}:${text.length}`;
}
