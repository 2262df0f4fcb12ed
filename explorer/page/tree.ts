/** A value of a state as it is shown: a single value, a table of single values, or a group of named parts. */
export type Part =
  | { readonly kind: "value"; readonly name: string; readonly cell: Cell }
  | {
      readonly kind: "table";
      readonly name: string;
      readonly columns: readonly string[];
      readonly rows: readonly TableRow[];
    }
  | { readonly kind: "group"; readonly name: string; readonly parts: readonly Part[] };

/** A single value, and what it was before the step if that was something else. */
export interface Cell {
  readonly text: string;
  readonly before: string | undefined;
}

/** A row of a table. */
interface TableRow {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/** More columns than this are not readable side by side. */
const MAX_COLUMNS = 12;

/** The parts of a state, in the order of its type; `before` is the state before the step, if there is one. */
export function partsOf(state: unknown, before: unknown): Part[] {
  return isRecord(state) ? fieldsOf(state, before) : [];
}

/** Whether something in the part was changed by the step. */
export function isChanged(part: Part): boolean {
  switch (part.kind) {
    case "value":
      return part.cell.before !== undefined;
    case "table":
      return part.rows.some(({ cells }) => cells.some((cell) => cell.before !== undefined));
    case "group":
      return part.parts.some(isChanged);
  }
}

function fieldsOf(value: Readonly<Record<string, unknown>>, before: unknown): Part[] {
  const was = isRecord(before) ? before : undefined;
  return Object.entries(value).map(([name, part]) => partOf(name, part, was?.[name], was !== undefined));
}

function partOf(name: string, value: unknown, before: unknown, hasBefore: boolean): Part {
  if (isScalar(value) || isEmpty(value)) return { kind: "value", name, cell: cellOf(value, before, hasBefore) };
  if (Array.isArray(value)) {
    const length = hasBefore && Array.isArray(before) ? before.length : value.length;
    if (length !== value.length) {
      const grown: Part = { kind: "value", name: "length", cell: cellOf(value.length, length, true) };
      return { kind: "group", name, parts: [grown, ...elementsOf(value, before, true)] };
    }
    return (
      tableOf(name, value, before, hasBefore) ?? { kind: "group", name, parts: elementsOf(value, before, hasBefore) }
    );
  }
  const was = isRecord(before) ? before : undefined;
  // A part that came with this step is new as a whole.
  if (hasBefore && was === undefined) return { kind: "value", name, cell: cellOf(value, before, true) };
  return { kind: "group", name, parts: fieldsOf(value as Readonly<Record<string, unknown>>, was) };
}

function elementsOf(values: readonly unknown[], before: unknown, hasBefore: boolean): Part[] {
  const was = Array.isArray(before) ? before : [];
  return values.map((value, index) => partOf(`[${index}]`, value, was[index], hasBefore));
}

/** An array as a table: of scalars in one row, of equal records or arrays of scalars in a row each. */
function tableOf(name: string, values: readonly unknown[], before: unknown, hasBefore: boolean): Part | undefined {
  const was = Array.isArray(before) ? (before as readonly unknown[]) : [];
  if (values.every(isScalar)) {
    if (values.length > MAX_COLUMNS) return undefined;
    const cells = values.map((value, index) => cellOf(value, was[index], hasBefore));
    return { kind: "table", name, columns: values.map((_, index) => String(index)), rows: [{ name: "", cells }] };
  }
  const [first] = values;
  const columns = columnsOf(first);
  if (columns === undefined || columns.length === 0 || columns.length > MAX_COLUMNS) return undefined;
  const isRegular = values.every((value) => columnsOf(value)?.join("\n") === columns.join("\n"));
  if (!isRegular) return undefined;
  const rows = values.map((value, index): TableRow => ({
    name: String(index),
    cells: columns.map((column) => cellOf(fieldOf(value, column), fieldOf(was[index], column), hasBefore)),
  }));
  return { kind: "table", name, columns, rows };
}

/** The names of the scalar parts of a value; undefined where it has others. */
function columnsOf(value: unknown): string[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value);
  return entries.every(([, part]) => isScalar(part) || isShort(part)) ? entries.map(([name]) => name) : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function cellOf(value: unknown, before: unknown, hasBefore: boolean): Cell {
  const text = valueText(value);
  const was = hasBefore ? valueText(before) : text;
  return { text, before: was === text ? undefined : was };
}

function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length === 0 ? "empty" : `[${value.map(valueText).join(", ")}]`;
  if (isRecord(value)) {
    return `{ ${Object.entries(value)
      .map(([name, part]) => `${name}: ${valueText(part)}`)
      .join(", ")} }`;
  }
  return value === undefined ? "nothing" : String(value);
}

function isScalar(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Whether an array fits a cell of a table. */
function isShort(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 3 && value.every(isScalar);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
