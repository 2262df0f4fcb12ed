import { readFileSync } from "node:fs";
import { Session } from "node:inspector";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import { NotRead } from "../../terms/index.ts";

/** Variables by name. */
export type Scope = Readonly<Record<string, unknown>>;

type AnyFunction = (...given: never[]) => unknown;

interface Remote {
  readonly objectId?: string;
  readonly value?: unknown;
}

interface InternalProperty {
  readonly name: string;
  readonly value?: Remote;
}

interface Script {
  readonly url: string;
  readonly sourceMap: string | undefined;
}

/** A place in what an author wrote, and the text of the script that was made of it. */
export interface WrittenPlace {
  readonly file: string;
  readonly text: string;
  /**
   * Line and column in the file of a line and column in the text, all counted from 1. Undefined where nothing maps them:
   * then the lines are the same, as loaders of TypeScript leave them.
   */
  original(line: number, column: number): readonly [line: number, column: number] | undefined;
}

/** The only way to the variables that a function captured is the debugger's; it serves the process it runs in, too. */
export class Inspector {
  #session: Session | undefined;
  readonly #scripts = new Map<string, Script>();
  readonly #maps = new Map<Script, SourceMap | undefined>();

  /** The scopes of a function, innermost first; the global object is not among them. */
  scopes(callable: AnyFunction): Scope[] {
    try {
      const list = this.#internal(callable).find(({ name }) => name === "[[Scopes]]")?.value?.objectId;
      if (list === undefined) throw new NotRead(NOT_SHOWN);
      const scopes = this.#real(list) as ArrayLike<{ readonly description: string; readonly object: Scope }>;
      return Array.from(scopes)
        .filter(({ description }) => description !== "Global")
        .map(({ object }) => object);
    } finally {
      this.#release();
    }
  }

  /** Place of a part of a function's text: file, line and column. */
  place(callable: AnyFunction, text: string, offset: number): string | undefined {
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
      const entry = this.#mapOf(script)?.findEntry(line, column);
      if (entry !== undefined && "originalSource" in entry) {
        return `${pathOf(entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
      }
      return `${pathOf(script.url)}:${line + 1}:${column + 1}`;
    } catch {
      // A message without a place is better than none.
      return undefined;
    } finally {
      this.#release();
    }
  }

  /**
   * A place in a script as it runs, in the file that its author wrote: and the script's own text, in which the place is.
   *
   * @param url of the script, or its path
   * @param line counted from 1, as `column` is
   */
  written(url: string, line: number, column: number): WrittenPlace | undefined {
    try {
      const found = this.#scriptAt(url);
      if (found === undefined) return undefined;
      const { script, text } = found;
      const entry = this.#mapOf(script)?.findEntry(line - 1, column - 1);
      const isMapped = entry !== undefined && "originalSource" in entry;
      return {
        file: isMapped ? pathOf(entry.originalSource) : pathOf(script.url),
        original: (at, from) => {
          const origin = this.#mapOf(script)?.findEntry(at - 1, from - 1);
          return origin !== undefined && "originalSource" in origin
            ? [origin.originalLine + 1, origin.originalColumn + 1]
            : undefined;
        },
        text,
      };
    } catch {
      // A message without a place is better than none.
      return undefined;
    }
  }

  /** The script of a file that was loaded last, and its text, which the debugger shows only while it is enabled. */
  #scriptAt(url: string): { readonly script: Script; readonly text: string } | undefined {
    const path = pathOf(url);
    // A file may have been loaded again since.
    return this.#whileEnabled(() => {
      const [id, script] =
        [...this.#scripts]
          .filter(([, script]) => script.url === url || pathOf(script.url) === path)
          .toSorted(([one], [other]) => Number(other) - Number(one))[0] ?? [];
      if (id === undefined || script === undefined) return undefined;
      const { scriptSource } = this.#post("Debugger.getScriptSource", { scriptId: id }) as {
        readonly scriptSource: string;
      };
      return { script, text: scriptSource };
    });
  }

  #internal(callable: AnyFunction): readonly InternalProperty[] {
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
    return slot.value;
  }

  /** The debugger keeps what it has named until it is asked to let it go. */
  #release(): void {
    slot.value = undefined;
    if (this.#session !== undefined) this.#post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  }

  #script(id: string): Script | undefined {
    if (!this.#scripts.has(id)) this.#whileEnabled(() => {});
    return this.#scripts.get(id);
  }

  /**
   * Enables the debugger, which reports all scripts, also older ones: in a large process that takes many milliseconds.
   *
   * @param work called while the debugger is enabled
   */
  #whileEnabled<Result>(work: () => Result): Result {
    const session = this.#connected();
    const note = ({ params }: { readonly params: { scriptId: string; url: string; sourceMapURL?: string } }): void => {
      this.#scripts.set(params.scriptId, { url: params.url, sourceMap: params.sourceMapURL });
    };
    session.on("Debugger.scriptParsed", note);
    try {
      this.#post("Debugger.enable", {});
      try {
        return work();
      } finally {
        this.#post("Debugger.disable", {});
      }
    } finally {
      session.off("Debugger.scriptParsed", note);
    }
  }

  #mapOf(script: Script): SourceMap | undefined {
    if (!this.#maps.has(script)) this.#maps.set(script, mapOf(script));
    return this.#maps.get(script);
  }

  #connected(): Session {
    if (this.#session === undefined) {
      const session = new Session();
      try {
        session.connect();
      } catch {
        throw new NotRead("this JavaScript engine has no inspector");
      }
      this.#session = session;
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
    if (answer === undefined || failure instanceof Error) throw new NotRead(NOT_SHOWN);
    return answer;
  }
}

const NOT_SHOWN = "this JavaScript engine does not expose captured variables";
/** Key by which values pass between the program and the inspector, which share nothing but the global object. */
const SLOT = "irqproof.reading";
const GROUP = "irqproof";
const slot = slotOf(globalThis as unknown as Record<symbol, { value: unknown } | undefined>);

/** One for all copies of this module in a process. */
function slotOf(owner: Record<symbol, { value: unknown } | undefined>): { value: unknown } {
  const key = Symbol.for(SLOT);
  if (owner[key] === undefined) Object.defineProperty(owner, key, { value: { value: undefined }, enumerable: false });
  return owner[key] as { value: unknown };
}

/** A script's source map, which is a part of it, as loaders of TypeScript leave it, or lies beside it. */
function mapOf({ url, sourceMap }: Script): SourceMap | undefined {
  if (sourceMap === undefined || sourceMap === "") return undefined;
  const data = /^data:application\/json[^,]*;base64,(.*)$/s.exec(sourceMap)?.[1];
  if (data !== undefined) return new SourceMap(JSON.parse(Buffer.from(data, "base64").toString("utf8")));
  if (!url.startsWith("file:")) return undefined;
  return new SourceMap(JSON.parse(readFileSync(new URL(sourceMap, url), "utf8")));
}

function pathOf(url: string): string {
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}
