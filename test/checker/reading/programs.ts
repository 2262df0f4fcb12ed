/** Random programs in the part of JavaScript that models are written in, as source text. */
import { array, boolean, oneOf, optional, range, record, sequence, type ValueOf } from "irqproof/checker";
import type { Choices } from "./choices.ts";

const item = record({ id: range(0, 3), hot: boolean });

/** The state that the programs look at and change. */
export const stateType = record({
  a: item,
  b: item,
  q: sequence(3, item),
  n: sequence(3, range(0, 3)),
  g: array(2, array(2, range(0, 2))),
  maybe: optional(item),
  who: optional(range(0, 2)),
  at: oneOf("idle", "busy", "done"),
  flag: boolean,
  big: range(0, 999),
});

export type ProgramState = ValueOf<typeof stateType>;

/** Kinds of values; `bag` is an object whose fields `x` and `y` may be there or not. */
type Kind = "num" | "bool" | "name" | "item" | "maybe" | "nums" | "items" | "bag" | "numberMap" | "numberSet";

interface Variable {
  readonly name: string;
  readonly kind: Kind;
  readonly isConstant: boolean;
}

export type ProgramKind = "guard" | "recipe" | "predicate" | "step";

/** The source text of a random function of a kind. */
export function program(choices: Choices, kind: ProgramKind): string {
  return new Writer(choices, kind).function();
}

const NAMES = ["idle", "busy", "done"] as const;

class Writer {
  readonly #choices: Choices;
  readonly #kind: ProgramKind;
  /** Names of the state's parameters: two in a step predicate. */
  readonly #roots: readonly string[];
  readonly #variables: Variable[] = [];
  readonly #functions: string[] = [];
  #names = 0;
  /** Loops around the current statement, up to the function. */
  #loops = 0;
  #returns: Kind | "judgement" | "nothing";

  constructor(choices: Choices, kind: ProgramKind) {
    this.#choices = choices;
    this.#kind = kind;
    this.#roots = kind === "recipe" ? ["d"] : kind === "step" ? ["s", "t"] : ["s"];
    this.#returns = kind === "recipe" ? "nothing" : kind === "guard" ? "bool" : "judgement";
  }

  function(): string {
    const heads = { guard: "(s, p)", recipe: "(d, p)", predicate: "(s)", step: "(s, step, t)" };
    const head = heads[this.#kind];
    if (this.#kind !== "recipe" && this.#choices.below(3) === 0) return `${head} => (${this.#result(4)})`;
    const body = this.#statements(3, 1 + this.#choices.below(4));
    const end = this.#returns === "nothing" ? "" : ` return ${this.#result(3)};`;
    return `${head} => { ${body}${end} }`;
  }

  #result(depth: number): string {
    return this.#returns === "judgement" ? this.#judgement(depth) : this.#expression(this.#returns as Kind, depth);
  }

  get #root(): string {
    return this.#choices.of(this.#roots);
  }

  #isRecipe(): boolean {
    return this.#kind === "recipe";
  }

  #fresh(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  #of(kind: Kind, writable = false): string[] {
    return this.#variables.filter((one) => one.kind === kind && !(writable && one.isConstant)).map(({ name }) => name);
  }

  /** Writes with more variables in scope. */
  #within<Result>(variables: readonly Variable[], write: () => Result): Result {
    const { length } = this.#variables;
    const functions = this.#functions.length;
    this.#variables.push(...variables);
    try {
      return write();
    } finally {
      this.#variables.length = length;
      this.#functions.length = functions;
    }
  }

  /** A function with parameters; its body may be a block. */
  #callback(kinds: readonly Kind[], result: Kind, depth: number): string {
    const parameters = kinds.map((kind): Variable => ({ name: this.#fresh("x"), kind, isConstant: false }));
    const head = parameters.map(({ name }) => name).join(", ");
    return this.#within(parameters, () => {
      if (depth <= 0 || this.#choices.below(4) !== 3) return `((${head}) => ${this.#expression(result, depth)})`;
      return `((${head}) => ${this.#body(result, depth)})`;
    });
  }

  #body(result: Kind, depth: number): string {
    const [returns, loops] = [this.#returns, this.#loops];
    this.#returns = result;
    this.#loops = 0;
    const text = this.#within([], () => {
      const statements = this.#statements(depth - 1, 1 + this.#choices.below(2));
      return `{ ${statements} return ${this.#expression(result, depth - 1)}; }`;
    });
    this.#returns = returns;
    this.#loops = loops;
    return text;
  }

  // ------------------------------------------------------------------------------------------------ expressions

  #expression(kind: Kind, depth: number): string {
    switch (kind) {
      case "num":
        return this.#num(depth);
      case "bool":
        return this.#bool(depth);
      case "name":
        return this.#name(depth);
      case "item":
        return this.#item(depth);
      case "maybe":
        return this.#maybe(depth);
      case "nums":
        return this.#nums(depth);
      case "items":
        return this.#items(depth);
      case "bag":
        return this.#choices.of([
          () => `{ x: ${this.#num(depth - 1)} }`,
          () => `{}`,
          () => `{ ...${this.#item(depth - 1)}, y: ${this.#num(depth - 1)} }`,
        ])();
      case "numberMap":
        return `new Map([[${this.#num(depth - 1)}, ${this.#num(depth - 1)}]])`;
      case "numberSet":
        return `new Set(${this.#nums(depth - 1)})`;
    }
  }

  /** One of the ways to write something; only the first ones where the depth is used up. */
  #either(depth: number, simple: readonly (() => string)[], compound: readonly (() => string)[]): string {
    if (depth <= 0 || this.#choices.isAtEnd || this.#choices.below(4) === 0) return this.#choices.of(simple)();
    return this.#choices.of(compound)();
  }

  #num(depth: number): string {
    const r = this.#root;
    const next = (): string => this.#num(depth - 1);
    const variables = this.#of("num");
    const simple = [
      "0",
      "1",
      "2",
      "3",
      ...["a.id", "b.id", "who", "n.length", "q.length", "g[0][1]", "g[1][0]"].map((path) => `${r}.${path}`),
      ...(this.#kind === "guard" || this.#kind === "recipe" ? ["p.k"] : []),
      ...variables,
      ...variables,
    ].map((text) => () => text);
    const writable = this.#of("num", true);
    const compound: (() => string)[] = [
      () => `(${next()} ${this.#choices.of(["+", "-", "*", "%", "&", "|", "^", "<<", ">>"])} ${next()})`,
      () => `(${this.#bool(depth - 1)} ? ${next()} : ${next()})`,
      () => `${r}.g[${this.#index(depth - 1, 2)}][${this.#index(depth - 1, 2)}]`,
      () => `${r}.big`,
      () => `(${r}.big % ${this.#choices.of(["2", "3"])})`,
      () => `${this.#nums(depth - 1)}[${next()}]`,
      () => `(${next()} ${this.#choices.of(["??", "||", "&&"])} ${next()})`,
      () => `${this.#maybe(depth - 1)}?.id`,
      () => `${this.#item(depth - 1)}.id`,
      () => `Math.${this.#choices.of(["min", "max"])}(${next()}, ${next()})`,
      () => `${this.#nums(depth - 1)}.length`,
      () => `${this.#items(depth - 1)}.length`,
      () =>
        `${this.#nums(depth - 1)}.${this.#choices.of(["reduce", "reduceRight"])}(${this.#callback(["num", "num"], "num", depth - 2)}, ${next()})`,
      () => `${this.#nums(depth - 1)}.reduce(${this.#callback(["num", "num"], "num", depth - 2)})`,
      () =>
        `${this.#nums(depth - 1)}.${this.#choices.of(["find", "findIndex", "findLast", "findLastIndex"])}(${this.#callback(["num", "num"], "bool", depth - 2)})`,
      () => `${this.#nums(depth - 1)}.${this.#choices.of(["indexOf", "lastIndexOf", "at"])}(${next()})`,
      () => `${this.#items(depth - 1)}.findIndex(${this.#callback(["item"], "bool", depth - 2)})`,
      () => `${this.#items(depth - 1)}.indexOf(${this.#item(depth - 1)})`,
      () => `Number(${this.#bool(depth - 1)})`,
      () => `${this.#choices.of(["-", "+", "~", "+!"])}${next()}`,
      () => `Math.${this.#choices.of(["abs", "trunc", "sign", "floor"])}(${next()})`,
      () => `[${next()}, ${next()}, ${next()}][${next()}]`,
      () => `({ idle: ${next()}, busy: ${next()} })[${this.#name(depth - 1)}]`,
      () => `${this.#choices.of(["price.get(%)", "weights[%]", "(%).length"]).replace("%", this.#name(depth - 1))}`,
      () => `new Set(${this.#nums(depth - 1)}).size`,
      () => `Object.keys(${this.#item(depth - 1)}).length`,
      () => `Object.values(${this.#item(depth - 1)})[0]`,
      () => `${this.#callback(["num"], "num", depth - 1)}(${next()})`,
      () => this.#withDefault(depth),
      () => `[...${this.#nums(depth - 1)}].filter(${this.#callback(["num"], "bool", depth - 2)}).length`,
      () => `Math.floor(${next()} / ${this.#choices.of(["2", "3"])})`,
      () => `Math.max(...${this.#nums(depth - 1)}, ${next()})`,
      () => `Math.min(...${this.#nums(depth - 1)})`,
      () => `(${next()} ${this.#choices.of([">>>", "**"])} ${this.#choices.of(["1", "2"])})`,
      () => `(${next()}, ${next()})`,
      () => `({ v: ${next()}, twice() { return this.v * 2; } }).twice()`,
      () => `${this.#name(depth - 1)}.${this.#choices.of(['indexOf("y")', "charCodeAt(1)", "length"])}`,
      () => `String(${next()}).length`,
      () => `${this.#nums(depth - 1)}.map((x) => () => x).map((f) => f())[${next()}]`,
      () => `((...r) => r.length)(...${this.#nums(depth - 1)})`,
      () =>
        `(([x, y = 1], { id: z = 2 } = {}) => ${this.#choices.of(["x + y + z", "z", "y - z"])})(${this.#nums(depth - 1)}, ${this.#maybe(depth - 1)} ?? undefined)`,
      () => `new Map(${this.#items(depth - 1)}.map((x, i) => [x, i])).get(${this.#item(depth - 1)})`,
      () => `new Set(${this.#items(depth - 1)}).size`,
      ...this.#functions.map((name) => () => `${name}(${next()}, ${next()})`),
      ...writable.flatMap((name) => [
        () => `(${name} = ${next()})`,
        () => this.#choices.of([`${name}++`, `--${name}`, `(${name} += ${next()})`, `(${name} ??= ${next()})`]),
      ]),
      ...this.#of("bag").map((name) => () => `(${name}.${this.#choices.of(["x", "y"])} ?? ${next()})`),
      ...this.#of("numberMap").map((name) => () => `(${name}.get(${next()}) ?? ${next()})`),
      ...this.#of("numberMap").map((name) => () => `${name}.size`),
      ...this.#of("numberSet").map((name) => () => `${name}.size`),
      ...(this.#isRecipe()
        ? [
            () => `(d.a.id = ${next()})`,
            () => `d.n.push(${next()})`,
            () => `d.n.${this.#choices.of(["pop", "shift"])}()`,
            () => `d.g[${this.#index(depth - 1, 2)}][0]++`,
          ]
        : []),
    ];
    return this.#either(depth, simple, compound);
  }

  /** A number that is most often below `count`. */
  #index(depth: number, count: number): string {
    const inner = this.#num(depth);
    return this.#choices.below(5) === 4 ? inner : `(${inner} & ${count - 1})`;
  }

  #withDefault(depth: number): string {
    const [x, y] = [this.#fresh("x"), this.#fresh("x")];
    const inner = this.#num(depth - 1);
    const given = this.#num(depth - 1);
    const first: Variable = { name: x, kind: "num", isConstant: false };
    return this.#within([first], () => {
      const other = this.#num(depth - 2);
      const body = this.#within([{ name: y, kind: "num", isConstant: false }], () => this.#num(depth - 2));
      return `((${x} = ${inner}, ${y} = ${other}) => ${body})(${given})`;
    });
  }

  #bool(depth: number): string {
    const r = this.#root;
    const next = (): string => this.#bool(depth - 1);
    const num = (): string => this.#num(depth - 1);
    const simple = [
      "true",
      "false",
      ...["flag", "a.hot", "b.hot"].map((path) => `${r}.${path}`),
      ...["maybe === null", 'at === "idle"', "q.length > 0", "n.length < 3", "who !== null"].map(
        (test) => `${r}.${test}`,
      ),
      ...this.#of("bool"),
      ...this.#of("bool"),
    ].map((text) => () => (text.includes(" ") ? `(${text})` : text));
    const compound: (() => string)[] = [
      () => `(${num()} ${this.#choices.of(["<", ">", "<=", ">=", "===", "!=="])} ${num()})`,
      () => `!${next()}`,
      () => `(${r}.big ${this.#choices.of(["<", ">=", "===", "!=="])} ${this.#choices.of(["2", "57", "998"])})`,
      () => `(${next()} ${this.#choices.of(["&&", "||"])} ${next()})`,
      () => `(${next()} ? ${next()} : ${next()})`,
      () => `(${next()} ${this.#choices.of(["===", "!=="])} ${next()})`,
      () => `${this.#item(depth - 1)}.hot`,
      () => `(${this.#maybe(depth - 1)}?.hot ?? ${next()})`,
      () =>
        `${this.#nums(depth - 1)}.${this.#choices.of(["some", "every"])}(${this.#callback(["num", "num"], "bool", depth - 2)})`,
      () =>
        `${this.#items(depth - 1)}.${this.#choices.of(["some", "every"])}(${this.#callback(["item"], "bool", depth - 2)})`,
      () => `${this.#nums(depth - 1)}.includes(${num()})`,
      () => `${this.#items(depth - 1)}.includes(${this.#item(depth - 1)})`,
      () => `(${this.#item(depth - 1)} ${this.#choices.of(["===", "!=="])} ${this.#item(depth - 1)})`,
      () => `(${this.#maybe(depth - 1)} ${this.#choices.of(["=== null", "== null", "!== undefined", "!= undefined"])})`,
      () => `(${this.#name(depth - 1)} ${this.#choices.of(["===", "!=="])} ${this.#name(depth - 1)})`,
      () => `names.has(${this.#name(depth - 1)})`,
      () => `["idle", "busy"].includes(${this.#name(depth - 1)})`,
      () => `("${this.#choices.of(["id", "x"])}" in ${this.#item(depth - 1)})`,
      () => `(typeof ${num()} === "number")`,
      () => `(typeof ${this.#maybe(depth - 1)} === "object")`,
      () => `Boolean(${num()})`,
      () => `!!${this.#maybe(depth - 1)}`,
      () => `(${this.#nums(depth - 1)} === ${this.#nums(depth - 1)})`,
      () => `${this.#callback(["bool"], "bool", depth - 1)}(${next()})`,
      () => `Array.isArray(${this.#choices.of([this.#maybe(depth - 1), this.#nums(depth - 1)])})`,
      () => `(\`\${${this.#name(depth - 1)}}!\` === "busy!")`,
      () => `(${num()} ${this.#choices.of(["== null", "=== undefined", "== undefined", "!== null"])})`,
      () => `new Set(${this.#nums(depth - 1)}).has(${num()})`,
      () => `(JSON.stringify(${this.#item(depth - 1)}) === JSON.stringify(${this.#item(depth - 1)}))`,
      () => `(${this.#nums(depth - 1)}.join() === ${this.#nums(depth - 1)}.join())`,
      () => `(${this.#nums(depth - 1)}.join("-") === "1-2")`,
      () => `${this.#name(depth - 1)}.${this.#choices.of(['startsWith("b")', 'includes("d")', 'endsWith("e")'])}`,
      () =>
        `(${this.#name(depth - 1)}.${this.#choices.of(["toUpperCase()", "at(0)", "slice(1)", "charAt(2)"])} === "${this.#choices.of(["BUSY", "b", "one", "n"])}")`,
      () => `Object.is(${this.#bool(depth - 1)}, ${this.#bool(depth - 1)})`,
      () => `(Object.keys(${this.#item(depth - 1)}).join() === "id,hot")`,
      () => `Object.isFrozen(${this.#item(depth - 1)})`,
      ...this.#of("bool", true).map((name) => () => `(${name} = ${next()})`),
      ...this.#of("numberSet").map((name) => () => `${name}.has(${num()})`),
      ...this.#of("numberMap").map((name) => () => `${name}.has(${num()})`),
      ...(this.#isRecipe() ? [() => `(d.flag = ${next()})`] : []),
      ...(this.#kind === "guard" || this.#isRecipe() ? [() => `(p.k === ${num()})`] : []),
      ...(this.#kind === "step" ? [() => `(step.action === "a0")`, () => `(step.parameters.k === ${num()})`] : []),
    ];
    return this.#either(depth, simple, compound);
  }

  #name(depth: number): string {
    const r = this.#root;
    const simple = [`${r}.at`, `"idle"`, `"busy"`, `"done"`, ...this.#of("name")].map((text) => () => text);
    const compound: (() => string)[] = [
      () => `(${this.#bool(depth - 1)} ? ${this.#name(depth - 1)} : ${this.#name(depth - 1)})`,
      () => `["idle", "busy", "done"][${this.#num(depth - 1)}]`,
      () => `\`\${${this.#name(depth - 1)}}\``,
      () => `(${this.#name(depth - 1)} || ${this.#name(depth - 1)})`,
      ...this.#of("name", true).map((name) => () => `(${name} = ${this.#name(depth - 1)})`),
    ];
    return this.#either(depth, simple, compound);
  }

  #item(depth: number): string {
    const r = this.#root;
    const next = (): string => this.#item(depth - 1);
    const variables = this.#of("item");
    const simple = [`${r}.a`, `${r}.b`, ...variables, ...variables].map((text) => () => text);
    const compound: (() => string)[] = [
      () => `(${this.#bool(depth - 1)} ? ${next()} : ${next()})`,
      () => `(${this.#maybe(depth - 1)} ?? ${next()})`,
      () => `({ id: ${this.#num(depth - 1)}, hot: ${this.#bool(depth - 1)} })`,
      () => `({ ...${next()}, id: ${this.#num(depth - 1)} })`,
      () => `Object.assign({}, ${next()}, { hot: ${this.#bool(depth - 1)} })`,
      () => `Object.fromEntries(Object.entries(${next()}))`,
      () => `${this.#callback(["item"], "item", depth - 1)}(${next()})`,
      () => `(${this.#items(depth - 1)}[${this.#num(depth - 1)}] ?? ${next()})`,
      () => `[${next()}, ${next()}][${this.#index(depth - 1, 2)}]`,
      () => `${this.#items(depth - 1)}.reduce((x, y) => (y.hot ? y : x), ${next()})`,
      ...this.#of("item", true).map((name) => () => `(${name} = ${next()})`),
      ...(this.#isRecipe()
        ? [
            () => `(d.${this.#choices.of(["a", "b"])} = ${next()})`,
            () => `Object.assign(d.a, ${next()})`,
            () => `(d.q.${this.#choices.of(["pop", "shift"])}() ?? ${next()})`,
            () => `(d.maybe ??= ${next()})`,
          ]
        : []),
    ];
    return this.#either(depth, simple, compound);
  }

  #maybe(depth: number): string {
    const r = this.#root;
    const simple = [`${r}.maybe`, `${r}.q[0]`, `${r}.q[1]`, ...this.#of("maybe")].map((text) => () => text);
    const compound: (() => string)[] = [
      () => `${this.#items(depth - 1)}[${this.#num(depth - 1)}]`,
      () => `${this.#items(depth - 1)}.at(${this.#num(depth - 1)})`,
      () =>
        `${this.#items(depth - 1)}.${this.#choices.of(["find", "findLast"])}(${this.#callback(["item"], "bool", depth - 2)})`,
      () => `(${this.#bool(depth - 1)} ? ${this.#item(depth - 1)} : null)`,
      () => `(${this.#maybe(depth - 1)} ${this.#choices.of(["??", "||", "&&"])} ${this.#maybe(depth - 1)})`,
    ];
    return this.#either(depth, simple, compound);
  }

  #nums(depth: number): string {
    const r = this.#root;
    const next = (): string => this.#nums(depth - 1);
    const num = (): string => this.#num(depth - 1);
    const variables = this.#of("nums");
    const simple = [`${r}.n`, `${r}.g[0]`, `${r}.g[1]`, ...variables, ...variables].map((text) => () => text);
    const compound: (() => string)[] = [
      () => `[${num()}, ${num()}]`,
      () => `[${num()}, ...${next()}]`,
      () => `${next()}.filter(${this.#callback(["num", "num"], "bool", depth - 2)})`,
      () => `${next()}.map(${this.#callback(["num", "num"], "num", depth - 2)})`,
      () => `${next()}.slice(${num()}, ${num()})`,
      () => `${next()}.slice(${num()})`,
      () => `${next()}.concat(${next()})`,
      () => `${next()}.concat(${num()})`,
      () => `(${this.#bool(depth - 1)} ? ${next()} : ${next()})`,
      () => `${r}.g[${this.#index(depth - 1, 2)}]`,
      () => `${this.#items(depth - 1)}.map(${this.#callback(["item"], "num", depth - 2)})`,
      () => `${this.#items(depth - 1)}.map(({ id }) => id)`,
      () => `${next()}.toReversed()`,
      () =>
        `${next()}.toSorted((x, y) => ${this.#choices.of(["x - y", "y - x", "x < y ? -1 : 1", "(x & 1) - (y & 1)"])})`,
      () => `${next()}.with(${num()}, ${num()})`,
      () => `${next()}.toSpliced(${num()}, ${this.#choices.of(["0", "1", num()])}, ${num()})`,
      () => `${next()}.slice().fill(${num()})`,
      () =>
        `Array.from({ length: ${this.#choices.of(["2", "3"])} }, (_, i) => ${this.#within([{ name: "i", kind: "num", isConstant: true }], num)})`,
      () => `[...new Set(${next()})]`,
      () => `${next()}.flatMap(${this.#callback(["num"], "nums", depth - 2)})`,
      () => `[...${next()}.entries()].map(([x, y]) => ${this.#choices.of(["x + y", "x", "y - x"])})`,
      () => `[...${next()}.keys()]`,
      () => `${r}.g.flat()`,
      ...this.#of("nums", true).map((name) => () => `(${name} = ${next()})`),
      ...this.#of("numberSet").map((name) => () => `[...${name}]`),
      ...this.#of("numberMap").map((name) => () => `[...${name}.${this.#choices.of(["keys", "values"])}()]`),
      ...(this.#isRecipe()
        ? [
            () => `d.n.splice(${num()}, ${num()})`,
            () => `(d.n = ${next()})`,
            () => `d.n.${this.#choices.of(["reverse()", "sort((x, y) => x - y)", `fill(${num()})`])}`,
          ]
        : []),
    ];
    return this.#either(depth, simple, compound);
  }

  #items(depth: number): string {
    const r = this.#root;
    const next = (): string => this.#items(depth - 1);
    const variables = this.#of("items");
    const simple = [`${r}.q`, `${r}.q`, ...variables, ...variables].map((text) => () => text);
    const compound: (() => string)[] = [
      () => `[${this.#item(depth - 1)}, ${this.#item(depth - 1)}]`,
      () => `[...${next()}, ${this.#item(depth - 1)}]`,
      () => `${next()}.filter(${this.#callback(["item", "num"], "bool", depth - 2)})`,
      () => `${next()}.map(${this.#callback(["item"], "item", depth - 2)})`,
      () => `${next()}.slice(${this.#num(depth - 1)})`,
      () => `${next()}.slice()`,
      () => `${next()}.concat(${next()})`,
      () => `${next()}.concat(${this.#item(depth - 1)})`,
      () => `(${this.#bool(depth - 1)} ? ${next()} : ${next()})`,
      () => `${next()}.toReversed()`,
      () => `${next()}.toSorted((x, y) => x.id - y.id)`,
      () => `${next()}.flatMap((x) => (x.hot ? [x, x] : []))`,
      ...this.#of("items", true).map((name) => () => `(${name} = ${next()})`),
      ...(this.#isRecipe()
        ? [() => `d.q.splice(${this.#num(depth - 1)}, ${this.#num(depth - 1)})`, () => `(d.q = ${next()})`]
        : []),
    ];
    return this.#either(depth, simple, compound);
  }

  #judgement(depth: number): string {
    const next = (): string => this.#judgement(depth - 1);
    const simple = [() => this.#bool(depth), () => `(${this.#bool(depth - 1)} || because(${this.#text(depth - 1)}))`];
    const compound: (() => string)[] = [
      () => `all({ one: () => ${next()}, other: () => ${next()} })`,
      () => {
        const items = this.#items(depth - 1);
        return this.#within([{ name: "e", kind: "item", isConstant: true }], () => {
          const inner = this.#judgement(depth - 2);
          const text = this.#choices.oneIn(2) ? `, (e) => ${this.#text(depth - 2)}` : "";
          return `every(${items}, (e) => ${inner}${text})`;
        });
      },
      () => {
        const nums = this.#nums(depth - 1);
        return this.#within([{ name: "e", kind: "num", isConstant: true }], () => {
          return `every(${nums}, (e, f) => ${this.#judgement(depth - 2)})`;
        });
      },
      () => `implies(${this.#bool(depth - 1)}, () => ${next()})`,
      () => `holds(${next()})`,
      () => `(${this.#bool(depth - 1)} ? ${next()} : ${next()})`,
      () => `(${next()} ${this.#choices.of(["&&", "||"])} ${next()})`,
      () => `!${next()}`,
    ];
    return this.#either(depth, simple, compound);
  }

  /** A text for a reason. */
  #text(depth: number): string {
    return this.#choices.of([
      () => `"no"`,
      () => `\`it is \${${this.#num(depth)}}\``,
      () => `"it is " + ${this.#num(depth)}`,
      () => `\`\${${this.#item(depth)}.id} of \${${this.#nums(depth)}.join()}\``,
    ])();
  }

  // ------------------------------------------------------------------------------------------------ statements

  #statements(depth: number, count: number): string {
    const parts: string[] = [];
    for (let index = 0; index < count; index++) parts.push(this.#statement(depth));
    return parts.join(" ");
  }

  #block(depth: number, variables: readonly Variable[] = []): string {
    return this.#within(variables, () => `{ ${this.#statements(depth - 1, 1 + this.#choices.below(2))} }`);
  }

  #statement(depth: number): string {
    const simple = this.#isRecipe()
      ? [() => this.#write(depth), () => this.#declaration(depth), () => this.#assignment(depth)]
      : [() => this.#declaration(depth), () => this.#assignment(depth)];
    const compound: (() => string)[] = [
      ...simple,
      ...simple,
      () =>
        `if (${this.#bool(depth)}) ${this.#block(depth)}${this.#choices.oneIn(2) ? ` else ${this.#block(depth)}` : ""}`,
      () => `if (${this.#bool(depth)}) ${this.#leave(depth)}`,
      () => this.#loop(depth),
      () => this.#switch(depth),
      () => this.#destructuring(depth),
      () => this.#helper(depth),
      () => this.#bag(depth),
      () => this.#collection(depth),
      () => this.#block(depth),
      () => this.#hoisted(depth),
      () => this.#closures(depth),
      () => this.#forIn(depth),
      () => this.#method(depth),
      () => `${this.#nums(depth)}.forEach(${this.#callback(["num", "num"], "num", depth - 1)});`,
      () => `${this.#items(depth)}.forEach(${this.#callback(["item"], "num", depth - 1)});`,
    ];
    return this.#either(depth, simple, compound);
  }

  #declare(kind: Kind, isConstant: boolean, prefix = "v"): string {
    const name = this.#fresh(prefix);
    this.#variables.push({ name, kind, isConstant });
    return name;
  }

  #declaration(depth: number): string {
    const kind = this.#choices.of<Kind>(["num", "item", "bool", "nums", "items", "maybe", "name"]);
    const isConstant = this.#choices.oneIn(2);
    // The initial value is written first: it cannot use the variable.
    const value = this.#expression(kind, depth - 1);
    return `${isConstant ? "const" : "let"} ${this.#declare(kind, isConstant)} = ${value};`;
  }

  #assignment(depth: number): string {
    const options = this.#variables.filter(({ isConstant }) => !isConstant);
    const lists = this.#variables.filter(({ kind }) => kind === "nums" || kind === "items");
    const items = this.#variables.filter(({ kind }) => kind === "item");
    const ways: (() => string)[] = [
      () => `${this.#num(depth)};`,
      ...options.map(
        ({ name, kind }) =>
          () =>
            kind === "num"
              ? `${name} ${this.#choices.of(["=", "+=", "-=", "??=", "||=", "&&=", "*="])} ${this.#num(depth - 1)};`
              : `${name} = ${this.#expression(kind, depth - 1)};`,
      ),
      ...lists.map(
        ({ name, kind }) =>
          () =>
            this.#isFrozenRisk() ? `${name};` : this.#mutation(name, kind === "nums" ? "num" : "item", depth),
      ),
      ...items.map(
        ({ name }) =>
          () =>
            this.#isFrozenRisk()
              ? `${name};`
              : `${name}.${this.#choices.of([`id = ${this.#small(depth)}`, `hot = ${this.#bool(depth - 1)}`])};`,
      ),
    ];
    return this.#choices.of(ways)();
  }

  /** In a guard a list or object may be a part of the state, which is frozen: mostly not written to. */
  #isFrozenRisk(): boolean {
    return !this.#isRecipe() && !this.#choices.oneIn(3);
  }

  #mutation(list: string, element: "num" | "item", depth: number): string {
    const value = (): string => this.#expression(element, depth - 1);
    const num = (): string => this.#num(depth - 1);
    return this.#choices.of([
      () => `${list}.push(${value()});`,
      () => `${list}.pop();`,
      () => `${list}.shift();`,
      () => `${list}.unshift(${value()});`,
      () => `${list}.splice(${num()}, ${this.#choices.of(["1", "0", num()])});`,
      () => `${list}.splice(${num()}, 1, ${value()});`,
      () => `${list}[${this.#index(depth - 1, 2)}] = ${value()};`,
      () => `${list}.reverse();`,
      () => `${list}.length = ${this.#choices.of(["0", "1"])};`,
      () => `${list}.length = Math.min(${list}.length, ${num()});`,
      () => `${list}.fill(${value()});`,
      () => `[${list}[0], ${list}[1]] = [${list}[1], ${list}[0]];`,
      () => `[${list}[1], ${list}[0]] = ${list};`,
      () => `${list}.sort((x, y) => ${element === "num" ? "x - y" : "y.id - x.id"});`,
    ])();
  }

  #small(depth: number): string {
    return this.#choices.below(5) === 4 ? this.#num(depth - 1) : `(${this.#num(depth - 1)} & 3)`;
  }

  /** A change of the state. */
  #write(depth: number): string {
    const side = this.#choices.of(["a", "b"]);
    const num = (): string => this.#num(depth - 1);
    const item = (): string => this.#item(depth - 1);
    return this.#choices.of([
      () => `d.${side}.id = ${this.#small(depth)};`,
      () => `d.flag = ${this.#bool(depth - 1)};`,
      () => `d.${side}.hot = ${this.#bool(depth - 1)};`,
      () => `d.${side} = ${item()};`,
      () => `[d.a, d.b] = [d.b, d.a];`,
      () => `d.at = ${this.#name(depth - 1)};`,
      () => `d.who = ${this.#choices.of(["null", `${num()} % 3`])};`,
      () => `d.big = ${this.#choices.of([`(d.big + 1) % 1000`, num(), `Math.min(999, d.big + ${num()})`])};`,
      () => `d.big ${this.#choices.of(["+=", "-="])} ${this.#choices.of(["1", num()])};`,
      () => `d.g[${this.#index(depth - 1, 2)}][${this.#index(depth - 1, 2)}] = ${num()} % 3;`,
      () => `d.g[${this.#index(depth - 1, 2)}] = d.g[${this.#index(depth - 1, 2)}];`,
      () => `d.maybe = ${this.#choices.of(["null", item(), `${this.#maybe(depth - 1)} ?? null`])};`,
      () => `d.maybe ${this.#choices.of(["??=", "||="])} ${item()};`,
      () => `d.maybe &&= ${item()};`,
      () => `if (d.maybe) d.maybe.id = ${this.#small(depth)};`,
      () => `if (d.q.length < 3) d.q.push(${item()});`,
      () => this.#mutation("d.q", "item", depth),
      () => `if (d.n.length < 3) d.n.push(${this.#small(depth)});`,
      () => this.#mutation("d.n", "num", depth),
      () => `d.q = ${this.#items(depth - 1)}.slice(0, 3);`,
      () => `d.n = ${this.#nums(depth - 1)}.filter((x) => x >= 0 && x < 4).slice(0, 3);`,
      () => `for (const e of d.q) e.${this.#choices.of(["hot = !e.hot", "id = (e.id + 1) & 3"])};`,
      () => `Object.assign(d.${side}, ${item()});`,
      () => `d.${side} = structuredClone({ id: ${this.#small(depth)}, hot: true });`,
      () => `({ id: d.a.id, hot: d.flag } = ${item()});`,
    ])();
  }

  #leave(depth: number): string {
    const ways: (() => string)[] = [
      () =>
        this.#returns === "nothing"
          ? `return${this.#choices.of(["", ` ${this.#num(depth - 1)}`, ` ${this.#item(depth - 1)}`, " d"])};`
          : `return ${this.#result(depth - 1)};`,
      ...(this.#loops > 0 ? [() => "break;", () => "continue;", () => "break;", () => "continue;"] : []),
    ];
    if (this.#choices.oneIn(12)) return `throw new Error("no");`;
    return this.#choices.of(ways)();
  }

  #loop(depth: number): string {
    const fuel = this.#fresh("k");
    const check = `if (++${fuel} > 5) break;`;
    this.#loops++;
    const body = (variables: readonly Variable[]): string =>
      this.#within(variables, () => `{ ${check} ${this.#statements(depth - 1, 1 + this.#choices.below(2))} }`);
    const name = this.#fresh("e");
    const other = this.#fresh("e");
    const of = (kind: Kind): Variable => ({ name, kind, isConstant: true });
    const text = this.#choices.of([
      () => `for (const ${name} of ${this.#items(depth - 1)}) ${body([of("item")])}`,
      () => `for (const ${name} of ${this.#nums(depth - 1)}) ${body([of("num")])}`,
      () =>
        `for (const [${other}, ${name}] of ${this.#items(depth - 1)}.entries()) ${body([of("item"), { name: other, kind: "num", isConstant: true }])}`,
      () =>
        `for (let ${name} = 0; ${name} < ${this.#choices.of(["2", "3", this.#num(depth - 1)])}; ${name}++) ${body([of("num")])}`,
      () => `while (${this.#bool(depth - 1)}) ${body([])}`,
      () => `do ${body([])} while (${this.#bool(depth - 1)});`,
      () =>
        `for (const { id: ${name}, hot: ${other} } of ${this.#items(depth - 1)}) ${body([of("num"), { name: other, kind: "bool", isConstant: true }])}`,
      () =>
        `for (const [${other}, ${name}] of Object.entries(${this.#item(depth - 1)})) ${body([{ name: other, kind: "name", isConstant: true }])}`,
    ])();
    this.#loops--;
    return `let ${fuel} = 0; ${text}`;
  }

  #switch(depth: number): string {
    const isName = this.#choices.oneIn(2);
    const value = isName ? this.#name(depth - 1) : this.#num(depth - 1);
    const labels = isName
      ? NAMES.map((name) => `case "${name}":`)
      : ["case 0:", "case 1:", `case ${this.#num(depth - 1)}:`];
    labels.splice(this.#choices.below(4), 0, "default:");
    const loops = this.#loops;
    const parts = labels.map((label) => {
      const body = this.#within([], () => `{ ${this.#statements(depth - 1, this.#choices.below(2))} }`);
      return `${label} ${body}${this.#choices.oneIn(3) ? "" : " break;"}`;
    });
    this.#loops = loops;
    return `switch (${value}) { ${parts.join(" ")} }`;
  }

  #destructuring(depth: number): string {
    return this.#choices.of([
      () => {
        const value = this.#item(depth - 1);
        return `const { id: ${this.#declare("num", true)}, hot: ${this.#declare("bool", true)} } = ${value};`;
      },
      () => {
        const value = this.#nums(depth - 1);
        const other = this.#num(depth - 1);
        return `let [${this.#declare("num", false)} = ${other}, ...${this.#declare("nums", false)}] = ${value};`;
      },
      () => {
        const value = this.#items(depth - 1);
        return `const [${this.#declare("maybe", true)}, ${this.#declare("maybe", true)}] = ${value};`;
      },
      () => {
        const value = this.#item(depth - 1);
        return `const { id: ${this.#declare("num", true)}, ...${this.#declare("bag", true)} } = ${value};`;
      },
      () => {
        const { a, maybe } = { a: this.#declare("item", true), maybe: this.#declare("maybe", true) };
        return `const { a: ${a}, maybe: ${maybe} } = ${this.#root};`;
      },
    ])();
  }

  #helper(depth: number): string {
    const name = this.#fresh("f");
    const parameters: Variable[] = ["x", "y"].map((prefix) => ({
      name: this.#fresh(prefix),
      kind: "num",
      isConstant: false,
    }));
    const [returns, loops] = [this.#returns, this.#loops];
    this.#returns = "num";
    this.#loops = 0;
    const body = this.#within(parameters, () => {
      const statements = this.#statements(depth - 1, 1 + this.#choices.below(2));
      return `{ ${statements} return ${this.#num(depth - 1)}; }`;
    });
    this.#returns = returns;
    this.#loops = loops;
    const head = parameters.map((one) => one.name).join(", ");
    this.#functions.push(name);
    return this.#choices.oneIn(2) ? `function ${name}(${head}) ${body}` : `const ${name} = (${head}) => ${body};`;
  }

  /** A `var` in a block, which is asked for behind it, or hides a variable. */
  #hoisted(depth: number): string {
    const condition = this.#bool(depth - 1);
    const value = this.#num(depth - 1);
    const name = this.#declare("num", false);
    const outer = this.#choices.oneIn(2) ? `${name} = ${this.#num(depth - 1)}; ` : "";
    return `${outer}if (${condition}) { var ${name} = ${value}; }`;
  }

  /** Functions that keep the variables of a loop. */
  #closures(depth: number): string {
    const list = this.#fresh("l");
    const name = this.#fresh("i");
    const inner = this.#within([{ name, kind: "num", isConstant: true }], () => this.#num(depth - 2));
    const result = this.#declare("nums", false);
    const loop = this.#choices.of([
      `for (let ${name} = 0; ${name} < 2; ${name}++)`,
      `for (const ${name} of ${this.#root}.n)`,
      `for (let ${name} = 0; ${name} < ${this.#root}.n.length; ${name}++)`,
    ]);
    return `const ${list} = []; ${loop} ${list}.push(() => ${inner}); let ${result} = ${list}.map((f) => f());`;
  }

  #forIn(depth: number): string {
    const name = this.#fresh("e");
    this.#loops++;
    const variable: Variable = { name, kind: "name", isConstant: true };
    const body = this.#within([variable], () => this.#statements(depth - 1, 1 + this.#choices.below(2)));
    this.#loops--;
    return `for (const ${name} in ${this.#item(depth - 1)}) { ${body} }`;
  }

  /** An object with a method that changes it. */
  #method(depth: number): string {
    const name = this.#fresh("o");
    const start = this.#num(depth - 1);
    const calls = Array.from({ length: 1 + this.#choices.below(2) }, () => `${name}.add(${this.#num(depth - 1)});`);
    const guarded = calls.map((call) => (this.#choices.oneIn(2) ? `if (${this.#bool(depth - 1)}) ${call}` : call));
    const text = `const ${name} = { sum: ${start}, count: 0, add(x) { this.sum += x; this.count++; return this; } }; ${guarded.join(" ")}`;
    const [sum, count] = [this.#declare("num", false), this.#declare("num", true)];
    return `${text} let ${sum} = ${name}.sum; const ${count} = ${name}.count;`;
  }

  #bag(depth: number): string {
    const value = this.#expression("bag", depth - 1);
    const name = this.#declare("bag", true, "o");
    const field = this.#choices.of(["x", "y"]);
    const later = this.#choices.oneIn(2)
      ? ` if (${this.#bool(depth - 1)}) ${name}.${field} = ${this.#num(depth - 1)};`
      : ` ${name}.${field} = ${this.#num(depth - 1)};`;
    return `const ${name} = ${value};${later}`;
  }

  #collection(depth: number): string {
    const kind = this.#choices.of<Kind>(["numberSet", "numberMap"]);
    const value = this.#expression(kind, depth - 1);
    const name = this.#declare(kind, true, "c");
    const num = (): string => this.#num(depth - 1);
    const change =
      kind === "numberSet"
        ? this.#choices.of([`${name}.add(${num()});`, `${name}.delete(${num()});`, `${name}.clear();`])
        : this.#choices.of([`${name}.set(${num()}, ${num()});`, `${name}.delete(${num()});`]);
    return `const ${name} = ${value}; ${this.#choices.oneIn(2) ? `if (${this.#bool(depth - 1)}) ` : ""}${change}`;
  }
}
