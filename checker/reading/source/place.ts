import { parse, type AnyNode } from "acorn";
import { Inspector } from "./inspector.ts";
import { authorOf, writtenText } from "./scripts.ts";

/** A place in the file that a model's author wrote, and what stands there. */
export interface SourcePlace {
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  /** The innermost expression or statement there, on one line, without types. Undefined where it is not known. */
  readonly expression: string | undefined;
}

const inspector = new Inspector();

/** Longer expressions are cut. */
const MAX_EXPRESSION_LENGTH = 100;

interface Frame {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Place of an error: in the innermost function on the stack that is a modeller's own. Undefined where there is none,
 * or it is not known.
 */
export function placeOf(error: unknown): SourcePlace | undefined {
  if (!(error instanceof Error)) return undefined;
  const frames = framesOf(error);
  const end = frames.findIndex(({ url }) => authorOf(url) === "command line");
  const frame = frames.slice(0, end < 0 ? frames.length : end).find(({ url }) => authorOf(url) === "modeller");
  if (frame === undefined) return undefined;
  const written = inspector.written(frame.url, frame.line, frame.column);
  if (written === undefined) return undefined;
  const { file, text, original } = written;
  const node = nodeAt(text, frame.line, frame.column);
  const [line, column] = node === undefined ? [frame.line, frame.column] : lineAndColumn(text, node.start);
  const expression = node === undefined ? undefined : asWritten(text.slice(node.start, node.end));
  const [writtenLine, writtenColumn] = original(line, column) ?? [line, columnIn(file, text, line, column, expression)];
  return { file, line: writtenLine, column: writtenColumn, expression: shortened(expression) };
}

/** A piece of a script without what a loader of TypeScript makes of imported names and of imports. */
function asWritten(text: string): string {
  const imported = /^\(?\s*(?:await\s+)?jitiImport\(\s*("[^"]*"|'[^']*')\s*\)/.exec(text)?.[1];
  return imported ?? text.replace(/\(0, _\w+\.(\w+)\)/g, "$1").replace(/\b_\w+\.(\w+)/g, "$1");
}

/**
 * The column of an expression in the line that its author wrote, from that in a line of which only types and imported
 * names differ: the beginning of the expression stands as often before it in either line.
 */
function columnIn(file: string, text: string, line: number, column: number, expression: string | undefined): number {
  const ours = text.split("\n")[line - 1] ?? "";
  const whole = writtenText(file);
  if (whole === undefined) return column;
  const theirs = whole.split(/\r?\n/)[line - 1] ?? "";
  const [head = ""] = /^("[^"]*"|'[^']*'|[\w$]+)/.exec(expression ?? "") ?? [];
  const first = theirs.search(/\S|$/) + 1;
  if (head === "") return ours === theirs ? column : first;
  const before = occurrences(asWritten(ours.slice(0, column - 1)), head).length;
  const all = occurrences(theirs, head);
  const at = all[before] ?? all.at(-1);
  return at === undefined ? first : at + 1;
}

/** Offset of a word, or a text in quotes, in a line. */
function occurrences(line: string, word: string): number[] {
  const places: number[] = [];
  for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) {
    const isWhole = !/[\w$]/.test(line[at - 1] ?? "") && !/[\w$]/.test(line[at + word.length] ?? "");
    if (isWhole || !/\w/.test(word[0] as string)) places.push(at);
  }
  return places;
}

/** The frames of an error's stack as V8 counts them: in the scripts that run, which need not be the files they are from. */
function framesOf(error: Error): Frame[] {
  const before = Error.prepareStackTrace;
  let frames: Frame[] | undefined;
  let stack: unknown;
  Error.prepareStackTrace = (_, sites) => {
    frames = sites.flatMap((site) => {
      const [url, line, column] = [site.getFileName(), site.getLineNumber(), site.getColumnNumber()];
      return url === null || url === undefined || line === null || column === null ? [] : [{ url, line, column }];
    });
    return "";
  };
  try {
    stack = error.stack;
  } finally {
    Error.prepareStackTrace = before;
  }
  if (frames !== undefined) return frames;
  // The stack has been read before.
  return String(stack)
    .split("\n")
    .flatMap((text) => {
      const [, url, line, column] = /\(?((?:file:\/\/|blob:|\/|[A-Za-z]:\\)[^()]*):(\d+):(\d+)\)?$/.exec(text) ?? [];
      return url === undefined ? [] : [{ url, line: Number(line), column: Number(column) }];
    });
}

/** The innermost expression that is more than a name, or statement, at a place of a script. */
function nodeAt(
  text: string,
  line: number,
  column: number,
): { readonly start: number; readonly end: number } | undefined {
  let root: AnyNode;
  try {
    root = parse(text, {
      ecmaVersion: "latest",
      sourceType: /^\s*(import|export)\b/m.test(text) ? "module" : "script",
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowHashBang: true,
    });
  } catch {
    return undefined;
  }
  const at = offsetOf(text, line, column);
  let best: AnyNode | undefined;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== "object" || value === null || !("type" in value)) return;
    const node = value as AnyNode;
    if (node.start > at || node.end <= at) return;
    if (WHOLE.has(node.type)) best = node;
    for (const [key, part] of Object.entries(node)) if (key !== "type") visit(part);
  };
  visit(root);
  return best;
}

/** Nodes that mean something on their own. */
const WHOLE: ReadonlySet<string> = new Set([
  "ArrayExpression",
  "AssignmentExpression",
  "BinaryExpression",
  "CallExpression",
  "MemberExpression",
  "NewExpression",
  "SpreadElement",
  "ThrowStatement",
  "UnaryExpression",
  "UpdateExpression",
  "VariableDeclaration",
]);

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let count = 1; count < line; count++) {
    const end = text.indexOf("\n", start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return start + column - 1;
}

function lineAndColumn(text: string, offset: number): readonly [line: number, column: number] {
  const before = text.slice(0, offset).split("\n");
  return [before.length, (before.at(-1) as string).length + 1];
}

function shortened(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > MAX_EXPRESSION_LENGTH ? `${line.slice(0, MAX_EXPRESSION_LENGTH - 3)}...` : line;
}
