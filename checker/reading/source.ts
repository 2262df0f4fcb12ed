import { Session } from "node:inspector";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import { parse, type AnyNode, type Function as FunctionNode, type Options } from "acorn";
import { NotRead } from "../terms/index.ts";

/** A function as its author wrote it, with the variables that it captured. */
export interface Source {
  readonly node: FunctionNode;
  /** Whether the function has a variable of this name from outside itself; globals are among them. */
  has(name: string): boolean;
  /** The value of such a variable when the function was looked at. */
  get(name: string): unknown;
  /** Where an offset of the function's own text is: file, line and column, as far as they are known. */
  place(offset: number): string | undefined;
}

/** Anything that can be called. */
export type Callable = (...given: never[]) => unknown;

/** The functions of a model that have been looked at. One process needs one: functions do not change. */
export class Sources {
  readonly #inspector = new Inspector();
  readonly #known = new Map<Callable, Source>();
  /** The variables that were asked for, with their values then. */
  readonly #used = new Map<Callable, Map<string, unknown>>();
  readonly #parsed = new Map<string, Parsed>();

  /** @throws NotRead where a function has no source, or its variables cannot be seen */
  of(callable: Callable): Source {
    let known = this.#known.get(callable);
    if (known !== undefined) return known;
    const text = Function.prototype.toString.call(callable);
    if (/\{\s*\[native code\]\s*\}$/.test(text)) {
      throw new NotRead(`it calls ${callable.name === "" ? "a function" : callable.name}, which has no source`);
    }
    let parsed = this.#parsed.get(text);
    if (parsed === undefined) this.#parsed.set(text, (parsed = parsedOf(text)));
    const { node, free, shift } = parsed;
    const values = this.#variables(callable, free);
    const used = new Map<string, unknown>();
    this.#used.set(callable, used);
    const get = (name: string): unknown => {
      const value = values.get(name);
      used.set(name, value);
      return value;
    };
    const place = (offset: number): string | undefined => this.#inspector.place(callable, text, offset - shift);
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
    const scopes = names.length === 0 ? [] : this.#inspector.scopes(callable);
    for (const name of names) {
      const scope = scopes.find((one) => Object.hasOwn(one, name));
      if (scope !== undefined) values.set(name, scope[name]);
      else if (name in globalThis) values.set(name, (globalThis as Record<string, unknown>)[name]);
    }
    return values;
  }

  /** Lets go of the inspector. */
  close(): void {
    this.#inspector.close();
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
  const visit = (value: unknown, isName: boolean): void => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const one of value) visit(one, true);
      return;
    }
    const node = value as AnyNode;
    if (node.type === "Identifier") {
      if (isName) names.add(node.name);
      return;
    }
    for (const [key, part] of Object.entries(node)) {
      if (key === "type" || key === "start" || key === "end") continue;
      const isKey =
        (node.type === "MemberExpression" && key === "property" && !node.computed) ||
        (node.type === "Property" && key === "key" && !node.computed);
      visit(part, !isKey);
    }
  };
  visit(root, true);
  return names;
}

type Scope = Record<string, unknown>;

interface Remote {
  readonly objectId?: string;
  readonly value?: unknown;
}

interface InternalProperty {
  readonly name: string;
  readonly value?: Remote;
}

/** The only way to the variables that a function captured is the debugger's; it serves the process it runs in, too. */
class Inspector {
  #session: Session | undefined;
  #scripts: Map<string, { readonly url: string; map: SourceMap | undefined }> | undefined;

  /** The scopes of a function, innermost first; the global object is not among them. */
  scopes(callable: Callable): Scope[] {
    const list = this.#internal(callable).find(({ name }) => name === "[[Scopes]]")?.value?.objectId;
    if (list === undefined) throw new NotRead("this JavaScript engine does not show the variables that it captured");
    const scopes = this.#real(list) as ArrayLike<{ readonly description: string; readonly object: Scope }>;
    return Array.from(scopes)
      .filter(({ description }) => description !== "Global")
      .map(({ object }) => object);
  }

  /** Where a part of a function's text stands. */
  place(callable: Callable, text: string, offset: number): string | undefined {
    try {
      const location = this.#internal(callable).find(({ name }) => name === "[[FunctionLocation]]")?.value?.value;
      const { scriptId, lineNumber, columnNumber } = location as {
        readonly scriptId: string;
        readonly lineNumber: number;
        readonly columnNumber: number;
      };
      const before = text.slice(0, Math.max(0, offset)).split("\n");
      const line = lineNumber + before.length - 1;
      const column = (before.length === 1 ? columnNumber : 0) + (before.at(-1) as string).length;
      const script = this.#script(scriptId);
      if (script === undefined || script.url === "") return undefined;
      const entry = script.map?.findEntry(line, column);
      if (entry !== undefined && "originalSource" in entry) {
        return `${pathOf(entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
      }
      return `${pathOf(script.url)}:${line + 1}:${column + 1}`;
    } catch {
      // A message without a place is better than none.
      return undefined;
    }
  }

  close(): void {
    this.#session?.disconnect();
    this.#session = undefined;
    this.#scripts = undefined;
  }

  #internal(callable: Callable): readonly InternalProperty[] {
    slot.value = callable;
    const { result } = this.#post("Runtime.evaluate", {
      expression: `globalThis[Symbol.for(${JSON.stringify(SLOT)})].value`,
      objectGroup: GROUP,
    }) as { readonly result: Remote };
    const { internalProperties = [] } = this.#post("Runtime.getProperties", {
      objectId: result.objectId,
      ownProperties: true,
    }) as { readonly internalProperties?: readonly InternalProperty[] };
    return internalProperties;
  }

  /** The object behind a remote one. */
  #real(objectId: string): unknown {
    this.#post("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration: `function () { globalThis[Symbol.for(${JSON.stringify(SLOT)})].value = this; }`,
    });
    const { value } = slot;
    slot.value = undefined;
    // The debugger keeps what it has named, until it is told to let go.
    this.#post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
    return value;
  }

  #script(id: string): { readonly url: string; readonly map: SourceMap | undefined } | undefined {
    if (this.#scripts === undefined) {
      const scripts = new Map<string, { url: string; map: SourceMap | undefined }>();
      this.#scripts = scripts;
      this.#connected().on("Debugger.scriptParsed", ({ params }) => {
        scripts.set(params.scriptId, { url: params.url, map: mapOf(params.sourceMapURL) });
      });
      this.#post("Debugger.enable", {});
      this.#post("Debugger.disable", {});
    }
    return this.#scripts.get(id);
  }

  #connected(): Session {
    if (this.#session === undefined) {
      this.#session = new Session();
      try {
        this.#session.connect();
      } catch {
        throw new NotRead("this JavaScript engine has no inspector");
      }
    }
    return this.#session;
  }

  /** The inspector answers before the call returns. */
  #post(method: string, params: object): unknown {
    let answer: unknown;
    let failure: Error | null | undefined;
    this.#connected().post(method, params, (error: Error | null, result: unknown) => {
      failure = error;
      answer = result;
    });
    if (answer === undefined || failure instanceof Error) {
      throw new NotRead("this JavaScript engine does not show the variables that it captured");
    }
    return answer;
  }
}

/** Where values pass between the program and the inspector, which share nothing but the global object. */
const SLOT = "irqproof.reading";
const GROUP = "irqproof";
const slot: { value: unknown } = { value: undefined };
Object.defineProperty(globalThis, Symbol.for(SLOT), { value: slot, configurable: true, enumerable: false });

/** A source map that is part of the script, as loaders of TypeScript leave it. */
function mapOf(url: string | undefined): SourceMap | undefined {
  const data = /^data:application\/json[^,]*;base64,(.*)$/s.exec(url ?? "")?.[1];
  if (data === undefined) return undefined;
  return new SourceMap(JSON.parse(Buffer.from(data, "base64").toString("utf8")));
}

function pathOf(url: string): string {
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}
