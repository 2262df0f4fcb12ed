import type { AnyNode, CallExpression, Pattern } from "acorn";
import { model } from "../../../language/index.ts";
import { Sources, type Callable, type Source } from "../../../reading/source/source.ts";
import { array, indices, range, repeat } from "../../../schema/index.ts";
import { NotRead } from "../../../terms/index.ts";

/** A use of a size in the code that builds a model. */
export interface SizeUse {
  /** A clause, such as "compares cpus". */
  readonly what: string;
  /** File, line and column, as far as they are known. */
  readonly where: string | undefined;
}

/** Uses of sizes in the function that builds a family's models. */
export interface SizesInBuild {
  /** A size is compared or computed with: at sizes that were not built the model may be another one. */
  readonly computed: readonly SizeUse[];
  /** A size is given to code that is not looked at. */
  readonly handedOn: readonly SizeUse[];
}

/** Fields of a model's definition whose values no function depends on, or that are compared at several sizes. */
const APART: ReadonlySet<string> = new Set(["initial", "name", "parameters", "actors"]);
/** Fields whose functions are for charts, or are read for any size: a use of a size in those is seen there. */
const FUNCTIONS: ReadonlySet<string> = new Set(["when", "then", "properties", "actor", "label", "changes", "narrate"]);
/** Functions calls of which within each other are followed. */
const MAX_DEPTH = 8;

/**
 * Looks at what a family's `build` does with the sizes of dimensions. It may make types and arrays of a size, and refuse
 * sizes by an error. Code that is not followed from here is named.
 */
export function sizesInBuild(build: Callable, dimensions: readonly string[]): SizesInBuild {
  const scan = new Scan();
  const sources = new Sources();
  try {
    const source = sources.of(build);
    const [parameter] = source.node.params;
    if (parameter !== undefined) scan.function(source, sources, new Map([[0, { whole: new Set(dimensions) }]]), 0);
  } catch (error) {
    if (!(error instanceof NotRead)) throw error;
    scan.handedOn.push({ what: "its source is not seen", where: undefined });
  }
  return scan;
}

/** Kind of a parameter of a function: an object with sizes in these fields, or a size with this name. */
type Given = { readonly whole: ReadonlySet<string> } | { readonly size: string };

class Scan implements SizesInBuild {
  readonly computed: SizeUse[] = [];
  readonly handedOn: SizeUse[] = [];

  function(source: Source, sources: Sources, given: ReadonlyMap<number, Given>, depth: number): void {
    const body = new Body(this, source, sources, depth);
    for (const [at, one] of given) body.bind(source.node.params[at], one);
    body.walk(source.node.body, []);
  }
}

/** One function. */
class Body {
  readonly #scan: Scan;
  readonly #source: Source;
  readonly #sources: Sources;
  readonly #depth: number;
  /** Variables that are a size, by the name of its dimension; or the object with all of them. */
  readonly #variables = new Map<string, Given>();

  constructor(scan: Scan, source: Source, sources: Sources, depth: number) {
    this.#scan = scan;
    this.#source = source;
    this.#sources = sources;
    this.#depth = depth;
  }

  bind(pattern: Pattern | undefined, given: Given): void {
    if (pattern === undefined) return;
    if (pattern.type === "Identifier") this.#variables.set(pattern.name, given);
    else if (pattern.type === "AssignmentPattern") this.bind(pattern.left, given);
    else if (pattern.type === "ObjectPattern" && "whole" in given) {
      for (const property of pattern.properties) {
        if (property.type === "RestElement") this.bind(property.argument, given);
        else if (!property.computed && property.key.type === "Identifier" && given.whole.has(property.key.name)) {
          this.bind(property.value, { size: property.key.name });
        }
      }
    } else this.#handsOn(pattern, "takes a size apart");
  }

  /** @param around the nodes around, innermost last */
  walk(node: AnyNode, around: readonly AnyNode[]): void {
    const size = this.#sizeOf(node);
    if (size !== undefined) {
      this.#use(node, size, around);
      return;
    }
    if (node.type === "Property" && !node.computed && node.key.type === "Identifier") {
      const { name } = node.key;
      const isFunction = node.value.type === "ArrowFunctionExpression" || node.value.type === "FunctionExpression";
      if (FUNCTIONS.has(name) && isFunction) return;
      const [object, call] = [around.at(-1), around.at(-2)];
      const isDefinition = call?.type === "CallExpression" && call.arguments[0] === object;
      if (APART.has(name) && isDefinition && this.#valueOf(call.callee) === model) return;
    }
    if (node.type === "IfStatement" && onlyThrows(node.consequent) && node.alternate == null) return;
    if (node.type === "ThrowStatement") return;
    if (node.type === "VariableDeclarator" && node.init != null) {
      const value = this.#given(node.init);
      if (value !== undefined && (node.id.type === "Identifier" || "whole" in value)) {
        this.bind(node.id, value);
        return;
      }
    }
    const inner = [...around, node];
    for (const [key, part] of Object.entries(node)) {
      const isName =
        (node.type === "MemberExpression" && key === "property" && !node.computed) ||
        (node.type === "Property" && key === "key" && !node.computed);
      if (isName) continue;
      for (const one of Array.isArray(part) ? part : [part]) {
        if (typeof one === "object" && one !== null && typeof (one as AnyNode).type === "string")
          this.walk(one as AnyNode, inner);
      }
    }
  }

  #given(node: AnyNode): Given | undefined {
    if (node.type === "Identifier") return this.#variables.get(node.name);
    const size = this.#sizeOf(node);
    return size === undefined ? undefined : { size };
  }

  /** The name of the size that an expression is; "" for the object that has all of them. */
  #sizeOf(node: AnyNode): string | undefined {
    if (node.type === "Identifier") {
      const given = this.#variables.get(node.name);
      return given === undefined ? undefined : "size" in given ? given.size : "";
    }
    if (node.type !== "MemberExpression" || node.computed || node.object.type !== "Identifier") return undefined;
    const given = this.#variables.get(node.object.name);
    if (given === undefined || !("whole" in given)) return undefined;
    const { name } = node.property as { readonly name: string };
    // Any other parameter of the family is the same at all sizes.
    return given.whole.has(name) ? name : undefined;
  }

  #use(node: AnyNode, size: string, around: readonly AnyNode[]): void {
    const parent = around.at(-1);
    const above = around.at(-2);
    const name = size === "" ? "the parameters" : size;
    if (parent === undefined) return this.#handsOn(node, `returns ${name}`);
    switch (parent.type) {
      case "CallExpression":
        this.#argument(parent, node, size, name);
        return;
      case "Property":
        if (parent.key.type === "Identifier" && parent.key.name === "length" && isArrayFrom(around.at(-3), above))
          return;
        this.#handsOn(node, `puts ${name} into an object`);
        return;
      case "BinaryExpression": {
        // The largest index of a range.
        const isLargest = parent.operator === "-" && parent.left === node && isOne(parent.right);
        if (isLargest && above?.type === "CallExpression" && this.#valueOf(above.callee) === range) return;
        if (above?.type === "ForStatement" && above.test === parent && parent.operator === "<") {
          this.#handsOn(parent, `counts to ${name}`);
          return;
        }
        this.#computes(parent, `${COMPARED.has(parent.operator) ? "compares" : "computes with"} ${name}`);
        return;
      }
      case "TemplateLiteral":
      case "ExpressionStatement":
        if (parent.type === "TemplateLiteral") this.#computes(parent, `makes a text of ${name}`);
        return;
      case "MemberExpression":
        this.#handsOn(node, `looks into ${name}`);
        return;
      case "ReturnStatement":
      case "SpreadElement":
      case "ArrayExpression":
      case "VariableDeclarator":
      case "AssignmentExpression":
      case "ArrowFunctionExpression":
      case "NewExpression":
        this.#handsOn(node, `hands ${name} on`);
        return;
      default:
        this.#computes(parent, `decides by ${name}`);
    }
  }

  #argument(call: CallExpression, node: AnyNode, size: string, name: string): void {
    const at = call.arguments.indexOf(node as never);
    const callee = this.#valueOf(call.callee);
    if (at < 0) return this.#computes(call, `calls ${name}`);
    if (callee === indices && at === 1) return;
    if ((callee === array || callee === repeat) && at === 0) return;
    if (callee === Array && call.arguments.length === 1) return;
    const isOwn =
      typeof callee === "function" && !/\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(callee));
    if (typeof callee === "function" && !isOwn) return this.#computes(call, `computes with ${name}`);
    if (isOwn && size !== "" && this.#depth < MAX_DEPTH) {
      try {
        const source = this.#sources.of(callee as Callable);
        this.#scan.function(source, this.#sources, new Map([[at, { size }]]), this.#depth + 1);
        return;
      } catch (error) {
        if (!(error instanceof NotRead)) throw error;
      }
    }
    this.#handsOn(node, `gives ${name} to ${call.callee.type === "Identifier" ? call.callee.name : "a function"}`);
  }

  /** The value of a variable from outside the function, or of a member of one. */
  #valueOf(node: AnyNode): unknown {
    if (node.type === "SequenceExpression") return this.#valueOf(node.expressions.at(-1) as AnyNode);
    if (node.type === "Identifier") return this.#source.has(node.name) ? this.#source.get(node.name) : undefined;
    if (node.type === "MemberExpression" && !node.computed) {
      const object = this.#valueOf(node.object);
      if (typeof object !== "object" && typeof object !== "function") return undefined;
      return (object as Record<string, unknown> | null)?.[(node.property as { readonly name: string }).name];
    }
    return undefined;
  }

  #computes(node: AnyNode, what: string): void {
    this.#scan.computed.push({ what, where: this.#source.place(node.start) });
  }

  #handsOn(node: AnyNode, what: string): void {
    this.#scan.handedOn.push({ what, where: this.#source.place(node.start) });
  }
}

const COMPARED: ReadonlySet<string> = new Set(["===", "!==", "==", "!=", "<", "<=", ">", ">="]);

function isOne(node: AnyNode): boolean {
  return node.type === "Literal" && node.value === 1;
}

/** Whether an object is the first argument of `Array.from`. */
function isArrayFrom(call: AnyNode | undefined, object: AnyNode | undefined): boolean {
  if (call?.type !== "CallExpression" || call.arguments[0] !== object) return false;
  const { callee } = call;
  return (
    callee.type === "MemberExpression" &&
    callee.object.type === "Identifier" &&
    callee.object.name === "Array" &&
    (callee.property as { readonly name?: string }).name === "from"
  );
}

function onlyThrows(node: AnyNode): boolean {
  if (node.type === "ThrowStatement") return true;
  return node.type === "BlockStatement" && node.body.length === 1 && node.body[0]?.type === "ThrowStatement";
}
