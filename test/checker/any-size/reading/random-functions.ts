/** Random functions over the state of `nodes.ts`, as source text. */
import type { Choices } from "../../reading/choices.ts";
import type { Functions } from "./nodes.ts";

/** A guard, a recipe and a predicate. */
export function randomFunctions(choices: Choices): { readonly text: string; readonly functions: Functions } {
  const when = `(s, { a, b, s: t }) => ${new Writer(choices, "s", ["a", "b"], ["t"]).condition(3)}`;
  const then = `(d, { a, b, s: t }) => {\n${new Writer(choices, "d", ["a", "b"], ["t"]).statements(2)}\n}`;
  const holds = `(s) => ${new Writer(choices, "s", ["0"], ["0"]).condition(3)}`;
  const text = `({\nwhen: ${when},\nthen: ${then},\nholds: ${holds},\n})`;
  // oxlint-disable-next-line typescript/no-implied-eval -- text that this file wrote
  return { text, functions: new Function(`return ${text}`)() as Functions };
}

class Writer {
  readonly #choices: Choices;
  readonly #root: string;
  readonly #nodes: readonly string[];
  readonly #slots: readonly string[];

  constructor(choices: Choices, root: string, nodes: readonly string[], slots: readonly string[]) {
    this.#choices = choices;
    this.#root = root;
    this.#nodes = nodes;
    this.#slots = slots;
  }

  #pick(...options: readonly (() => string)[]): string {
    return options[this.#choices.below(options.length)]!();
  }

  #one(names: readonly string[]): string {
    return names[this.#choices.below(names.length)]!;
  }

  /** The same with more indices. */
  #with(nodes: readonly string[], slots: readonly string[] = []): Writer {
    return new Writer(this.#choices, this.#root, [...this.#nodes, ...nodes], [...this.#slots, ...slots]);
  }

  #node(depth: number): string {
    const own = (): string => this.#one(this.#nodes);
    if (depth === 0) return own();
    return this.#pick(
      own,
      own,
      () => `${this.#root}.chosen`,
      () => `${this.#root}.node[${this.#node(depth - 1)}].peer`,
    );
  }

  #slot(depth: number): string {
    const own = (): string => this.#one(this.#slots);
    return depth === 0 ? own() : this.#pick(own, own, () => `${this.#root}.node[${this.#node(depth - 1)}].slot`);
  }

  #name(): string {
    return this.#one(['"x"', '"y"', '"z"']);
  }

  condition(depth: number): string {
    const root = this.#root;
    const node = (): string => this.#node(Math.min(depth, 1));
    const slot = (): string => this.#slot(Math.min(depth, 1));
    const simple = [
      () => `${root}.flag`,
      () => `${root}.node[${node()}].on`,
      () => `${root}.grid[${node()}][${slot()}]`,
      () => `${node()} === ${node()}`,
      () => `${slot()} !== ${slot()}`,
      () => `${root}.node[${node()}].at === ${this.#name()}`,
      () => `["x", "z"].includes(${root}.node[${node()}].at)`,
      () => `${root}.owner[${slot()}] === "free"`,
      () => `${root}.owner[${slot()}] === ${node()}`,
      () => `typeof ${root}.owner[${slot()}] === "number"`,
      () => `${root}.node[${node()}].maybe === null`,
      () => `${root}.node[${node()}].maybe === ${node()}`,
      () => `${root}.place?.node === ${node()}`,
      () => `${root}.queue[${node()}].length > 0`,
      () => `${root}.queue[${node()}].at(-1)?.hot === true`,
      () => `${root}.count % 2 === 0`,
    ];
    if (depth === 0) return this.#pick(...simple);
    const inner = (writer: Writer = this): string => writer.condition(depth - 1);
    const id = `i${depth}`;
    const each = (): Writer => this.#with([id]);
    const eachSlot = (): Writer => this.#with([], [id]);
    return this.#pick(
      ...simple,
      () => `!(${inner()})`,
      () => `(${inner()} && ${inner()})`,
      () => `(${inner()} || ${inner()})`,
      () => `(${inner()} ? ${inner()} : ${inner()})`,
      () => `${root}.node.some((e, ${id}) => ${inner(each())})`,
      () => `${root}.node.every((e, ${id}) => ${inner(each())})`,
      () => `${root}.grid[${node()}].some((e, ${id}) => e && ${inner(eachSlot())})`,
      () => `${root}.node.filter((e, ${id}) => ${inner(each())}).length === 0`,
      () => `${root}.owner.filter((e, ${id}) => ${inner(eachSlot())}).length <= 1`,
      () => `${root}.owner.includes(${node()})`,
      () => `${root}.node.map((e) => e.peer)[${node()}] === ${node()}`,
    );
  }

  statements(depth: number): string {
    return Array.from({ length: 1 + this.#choices.below(3) }, () => this.#statement(depth)).join("\n");
  }

  #statement(depth: number): string {
    const root = this.#root;
    const node = (): string => this.#node(1);
    const slot = (): string => this.#slot(1);
    const condition = (): string => this.condition(1);
    const simple = [
      () => `${root}.flag = ${condition()};`,
      () => `${root}.node[${node()}].on = ${condition()};`,
      () => `${root}.node[${node()}].peer = ${node()};`,
      () => `${root}.node[${node()}].slot = ${slot()};`,
      () => `${root}.node[${node()}].at = ${this.#name()};`,
      () => `${root}.node[${node()}].maybe = ${this.#pick(node, () => "null")};`,
      () =>
        `${root}.owner[${slot()}] = ${this.#pick(
          node,
          () => '"free"',
          () => '"lost"',
        )};`,
      () => `${root}.grid[${node()}][${slot()}] = ${condition()};`,
      () => `${root}.grid[${node()}].fill(${condition()});`,
      () => `${root}.chosen = ${node()};`,
      () =>
        `${root}.place = ${this.#pick(
          () => `{ node: ${node()}, slot: ${slot()} }`,
          () => "null",
        )};`,
      () => `if (${root}.place !== null) ${root}.place.slot = ${slot()};`,
      () => `${root}.count = (${root}.count + 1) % 4;`,
      () => `${root}.queue[${node()}].pop();`,
      () => {
        const at = this.#one(this.#nodes);
        return `if (${root}.queue[${at}].length === 0) ${root}.queue[${at}].push({ from: ${node()}, hot: ${condition()} });`;
      },
      () => `{ const own = ${root}.node[${node()}]; own.on = !own.on; own.peer = ${node()}; }`,
      () =>
        `{ const owner = ${root}.owner[${slot()}]; if (typeof owner === "number") ${root}.node[owner].on = ${condition()}; }`,
    ];
    if (depth === 0) return this.#pick(...simple);
    const id = `i${depth}`;
    const each = this.#with([id]);
    return this.#pick(
      ...simple,
      () => `if (${condition()}) {\n${this.statements(depth - 1)}\n} else {\n${this.statements(depth - 1)}\n}`,
      () => `if (${condition()}) return;`,
      () => `${root}.node.forEach((e, ${id}) => { if (${each.condition(1)}) e.on = !e.on; });`,
      () =>
        `for (let ${id} = 0; ${id} < ${root}.node.length; ${id}++) ${root}.grid[${id}][${slot()}] = ${each.condition(1)};`,
      () => `for (const e of ${root}.node) { if (!e.on) continue; e.at = e.at === "x" ? "y" : "z"; e.maybe = e.peer; }`,
      () => `for (const e of ${root}.node) if (e.on) ${root}.owner[e.slot] = "lost";`,
    );
  }
}
