import { ModelError } from "../errors.ts";
import type { FiniteSystem, State } from "./evaluate.ts";
import type { Cell } from "./system.ts";

/** A place in the states of a system that means nothing where others have low values: what is within an optional. */
export interface Use {
  readonly place: number;
  /** The number of values. */
  readonly values: number;
  isUsed(state: State): boolean;
}

/** Condition for a place to be in use: another one has at least this value. */
interface Marker {
  readonly place: number;
  readonly least: number;
}

/**
 * The places that are out of use in some states: what is in an absent optional, or past the end of a sequence. The names of
 * the cells show which those are: `previous.present` and `previous.cpu`, `stack.length` and `stack[0].vector`.
 */
export function usesIn(finite: FiniteSystem): Use[] {
  const root = new Map<string, Node>();
  for (const cell of finite.system.cells) place(root, cell);
  const uses: Use[] = [];
  noteUses(finite, { kind: "record", fields: root }, [], [], uses);
  return uses;
}

/** Names of cells as a tree of records and arrays. */
type Node =
  | { readonly kind: "leaf"; readonly cell: Cell }
  | { readonly kind: "record"; readonly fields: Map<string, Node> }
  | { readonly kind: "array"; element: Node | undefined; readonly sort: Cell["parameters"][number] };

function noteUses(
  finite: FiniteSystem,
  node: Node,
  indices: readonly number[],
  within: readonly Marker[],
  uses: Use[],
): void {
  if (node.kind === "leaf") {
    if (within.length === 0) return;
    uses.push({
      place: finite.at(node.cell, indices),
      values: finite.valuesOf(node.cell).length,
      isUsed: (state) => within.every((marker) => (state[marker.place] as number) >= marker.least),
    });
    return;
  }
  if (node.kind === "array") {
    const { element } = node;
    if (element === undefined) return;
    for (let index = 0; index < finite.count(node.sort); index++) {
      noteUses(finite, element, [...indices, index], within, uses);
    }
    return;
  }
  const { fields } = node;
  const present = fields.get("present");
  const isOptional = present?.kind === "leaf" && present.cell.type.kind === "boolean" && fields.size > 1;
  const inner = isOptional ? [...within, { place: finite.at(present.cell, indices), least: 1 }] : within;
  for (const [name, field] of fields) {
    const elements = elementsOf(fields, name);
    if (isOptional && field === present) noteUses(finite, field, indices, within, uses);
    else if (elements.length > 0 && field.kind === "record") {
      const length = field.fields.get("length") as Extract<Node, { kind: "leaf" }>;
      noteUses(finite, length, indices, inner, uses);
      for (const [index, element] of elements.entries()) {
        const marker = { place: finite.at(length.cell, indices), least: index + 1 };
        noteUses(finite, element, indices, [...inner, marker], uses);
      }
    } else if (!isElement(fields, name)) noteUses(finite, field, indices, inner, uses);
  }
}

/** The elements of a sequence: fields `stack[0]`, `stack[1]` beside `stack`, which has a length from 0 to their number. */
function elementsOf(fields: ReadonlyMap<string, Node>, name: string): Node[] {
  const own = fields.get(name);
  const length = own?.kind === "record" && own.fields.size === 1 ? own.fields.get("length") : undefined;
  if (length?.kind !== "leaf" || length.cell.type.kind !== "names") return [];
  const elements: Node[] = [];
  for (let at = fields.get(`${name}[0]`); at !== undefined; at = fields.get(`${name}[${elements.length}]`))
    elements.push(at);
  const isCounted = length.cell.type.names.every((count, index) => count === String(index));
  return isCounted && length.cell.type.names.length === elements.length + 1 ? elements : [];
}

function isElement(fields: ReadonlyMap<string, Node>, name: string): boolean {
  const base = /^(.*)\[\d+\]$/.exec(name)?.[1];
  return base !== undefined && elementsOf(fields, base).length > 0;
}

function place(root: Map<string, Node>, cell: Cell): void {
  const segments = cell.name.match(/\[\]|[^.[\]]+(?:\[\d+\])*/g) ?? [];
  if (segments.filter((segment) => segment === "[]").length !== cell.parameters.length) {
    throw new ModelError(`${cell.name} does not show ${cell.parameters.length} indices`);
  }
  let fields = root;
  let put: (node: Node) => void = () => {};
  let at: Node | undefined = { kind: "record", fields: root };
  let parameter = 0;
  for (const segment of segments) {
    if (segment === "[]") {
      const sort = cell.parameters[parameter++] as Cell["parameters"][number];
      const node: Node = at?.kind === "array" ? at : { kind: "array", element: undefined, sort };
      if (at === undefined) put(node);
      const own = node as Extract<Node, { kind: "array" }>;
      put = (child) => (own.element = child);
      at = own.element;
    } else {
      if (at === undefined) put((at = { kind: "record", fields: new Map() }));
      if (at.kind !== "record") throw new ModelError(`${cell.name} is within another cell`);
      fields = at.fields;
      const own = fields;
      put = (child) => void own.set(segment, child);
      at = fields.get(segment);
    }
  }
  if (at !== undefined) throw new ModelError(`there are two cells ${cell.name}`);
  put({ kind: "leaf", cell });
}
