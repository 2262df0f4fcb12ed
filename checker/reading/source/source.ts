import { parse, type AnyNode, type Function as FunctionNode, type Options } from "acorn";
import { NotRead } from "../../terms/index.ts";
import { Inspector } from "./inspector.ts";

/** A function as its author wrote it, with the variables that it captured. */
export interface Source {
  readonly node: FunctionNode;
  /** Whether the function has a variable of this name from outside itself; globals are among them. */
  has(name: string): boolean;
  /** The value of such a variable when the function was looked at. */
  get(name: string): unknown;
  /** Place of an offset in the function's own text: file, line and column, as far as they are known. */
  place(offset: number): string | undefined;
}

/** Anything that can be called. */
export type Callable = (...given: never[]) => unknown;

/** One for the thread: each is a session of the debugger. */
const inspector = new Inspector();

/** Texts whose syntax trees are kept: the instances of a model, and the models of a family, share their functions. */
const MAX_PARSED_TEXTS = 4_096;
const parsedTexts = new Map<string, Parsed>();

function parsed(text: string): Parsed {
  let known = parsedTexts.get(text);
  if (known === undefined) {
    if (parsedTexts.size >= MAX_PARSED_TEXTS) parsedTexts.clear();
    parsedTexts.set(text, (known = parsedOf(text)));
  }
  return known;
}

/** The functions of a model that have been looked at, each with the variables that it had then. */
export class Sources {
  readonly #known = new Map<Callable, Source>();
  /** The variables that were asked for, with their values then. */
  readonly #used = new Map<Callable, Map<string, unknown>>();

  /** @throws NotRead where a function has no source, or its variables cannot be seen */
  of(callable: Callable): Source {
    let known = this.#known.get(callable);
    if (known !== undefined) return known;
    const text = Function.prototype.toString.call(callable);
    if (/\{\s*\[native code\]\s*\}$/.test(text)) {
      const isBound = callable.name.startsWith("bound ");
      throw new NotRead(
        `it calls ${isBound || callable.name === "" ? "a bound function" : callable.name}, which has no source`,
      );
    }
    const { node, free, shift } = parsed(text);
    const values = this.#variables(callable, free);
    const used = new Map<string, unknown>();
    this.#used.set(callable, used);
    const get = (name: string): unknown => {
      const value = values.get(name);
      used.set(name, value);
      return value;
    };
    const place = (offset: number): string | undefined => inspector.place(callable, text, offset - shift);
    known = { node, has: (name) => values.has(name), get, place };
    this.#known.set(callable, known);
    return known;
  }

  /** A variable that was asked for and has another value now. */
  changed(): string | undefined {
    for (const [callable, used] of this.#used) {
      if (used.size === 0) continue;
      const now = this.#variables(callable, [...used.keys()]);
      for (const [name, value] of used) if (!Object.is(now.get(name), value)) return name;
    }
    return undefined;
  }

  #variables(callable: Callable, names: readonly string[]): Map<string, unknown> {
    const values = new Map<string, unknown>();
    const scopes = names.length === 0 ? [] : inspector.scopes(callable);
    for (const name of names) {
      const scope = scopes.find((one) => Object.hasOwn(one, name));
      if (scope !== undefined) values.set(name, scope[name]);
      else if (name in globalThis) values.set(name, (globalThis as Record<string, unknown>)[name]);
    }
    return values;
  }
}

interface Parsed {
  readonly node: FunctionNode;
  readonly free: readonly string[];
  /** Characters before the function's own text in what was parsed. */
  readonly shift: number;
}

const OPTIONS: Options = { ecmaVersion: "latest", sourceType: "module" };

/** The text of a function is an expression, a method of an object or a member of a class. */
function parsedOf(text: string): Parsed {
  const attempts = [
    ["(", ")", (node: AnyNode) => node],
    ["({", "})", (node: AnyNode) => (node.type === "ObjectExpression" ? (node.properties[0] as AnyNode) : node)],
    ["(class {", "})", (node: AnyNode) => (node.type === "ClassExpression" ? (node.body.body[0] as AnyNode) : node)],
  ] as const;
  for (const [before, after, pick] of attempts) {
    let node: AnyNode;
    try {
      const statement = parse(`${before}${text}${after}`, OPTIONS).body[0] as AnyNode;
      node = pick((statement as AnyNode & { readonly expression: AnyNode }).expression);
    } catch {
      continue;
    }
    const made = "value" in node && typeof node.value === "object" ? (node.value as AnyNode) : node;
    if (made.type === "ClassExpression") throw new NotRead("it uses a class");
    if (made.type !== "ArrowFunctionExpression" && made.type !== "FunctionExpression") continue;
    return { node: made, free: [...freeNames(made)], shift: before.length };
  }
  throw new NotRead("its source cannot be parsed");
}

/** The names that a function uses and need not have declared itself. */
function freeNames(root: AnyNode): Set<string> {
  const names = new Set<string>();
  const visit = (node: AnyNode, isName: boolean): void => {
    if (node.type === "Identifier") {
      if (isName) names.add(node.name);
      return;
    }
    // Plain enumeration: arrays of the entries of all nodes are a tenth of the time that reading takes.
    for (const key in node) {
      const part = (node as unknown as Record<string, unknown>)[key];
      if (typeof part !== "object" || part === null) continue;
      if (Array.isArray(part)) {
        for (const one of part) if (one !== null) visit(one as AnyNode, true);
        continue;
      }
      const isKey =
        (node.type === "MemberExpression" && key === "property" && !node.computed) ||
        (node.type === "Property" && key === "key" && !node.computed);
      visit(part as AnyNode, !isKey);
    }
  };
  visit(root, true);
  return names;
}
