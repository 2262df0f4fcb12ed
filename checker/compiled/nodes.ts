import { InternalError } from "../errors.ts";
import { get, set, tee, type Code, type FunctionBuilder, type ValueType } from "../wasm/assembler.ts";

/**
 * When the operands of a node are evaluated: "strict", all of them with the node; "chain", each where the one before it
 * has not decided the result; "branch", the first with the node, and then at most one of the others.
 */
type Order = "strict" | "chain" | "branch";

/**
 * An operation in the code of one function. What several nodes use is computed once, at a place that all of them pass, or
 * once for each of a few groups of them.
 */
export interface Node {
  /** Type of the result; undefined for a statement. */
  readonly type: ValueType | undefined;
  readonly order: Order;
  readonly operands: readonly Node[];
  /** Instructions that evaluate the node, all operands included. */
  readonly cost: number;
  /** The code of the node, with the code of its operands. */
  readonly compose: (operands: readonly Code[]) => Code;
  /** Places of the nodes that use it. */
  uses: Place[];
  /** The place where it is computed. */
  sites: readonly Site[];
}

/** A stretch of code that is passed as a whole or not at all; all of it lies in the stretch around it. */
class Place {
  readonly around: Place | undefined;
  readonly depth: number;
  /** Nodes of enclosing places used by code in here: they are computed before this place is entered. */
  before: [Node, Site][] | undefined;
  /** Locals with results that are computed in here: at its end they are free. */
  locals: (readonly [ValueType, number])[] | undefined;

  constructor(around: Place | undefined) {
    this.around = around;
    this.depth = around === undefined ? 0 : around.depth + 1;
  }
}

/** Code of a node. */
interface Site {
  readonly place: Place;
  /** Whether it is used more than once. */
  readonly isShared: boolean;
  /** For a node with an order of its operands: where the second and further operands are evaluated. */
  readonly places: readonly Place[];
  /** The local that holds the result, once it has been computed. */
  local: number;
}

const NONE: readonly never[] = [];
/** Instructions that are rather computed at several places than where they may not be needed. */
const MAX_REPEATED = 40;
/** The code of a function becomes longer at most by this factor through what is repeated. */
const MAX_GROWTH = 2;

/** The nodes of one function. */
export class Nodes {
  readonly #made: FunctionBuilder;
  /** Operands before the nodes that use them. */
  readonly #all: Node[] = [];
  #sites = 0;
  readonly #free = new Map<ValueType, number[]>();

  constructor(made: FunctionBuilder) {
    this.#made = made;
  }

  /** A node without operands: it is computed anew wherever it is used. */
  leaf(type: ValueType | undefined, cost: number, code: Code): Node {
    return { type, order: "strict", operands: NONE, cost, compose: () => code, uses: [], sites: NONE };
  }

  add(
    type: ValueType | undefined,
    order: Order,
    operands: readonly Node[],
    ownCost: number,
    compose: (operands: readonly Code[]) => Code,
  ): Node {
    let cost = ownCost;
    for (const operand of operands) cost += operand.cost;
    const node: Node = { type, order, operands, cost, compose, uses: [], sites: NONE };
    this.#all.push(node);
    return node;
  }

  /** The code of a node that no other uses. */
  code(root: Node): Code {
    const place = new Place(undefined);
    root.uses.push(place);
    for (let index = this.#all.length - 1; index >= 0; index--) this.#settle(this.#all[index] as Node);
    return this.#codeOf(root, place);
  }

  /** Finds the sites of a node, when the places of all that use it are known. */
  #settle(node: Node): void {
    const { uses, operands } = node;
    if (uses.length === 0 || operands.length === 0) return;
    const sites: Site[] = [];
    this.#divide(node, uses, sites);
    node.sites = sites;
    node.uses = [];
  }

  /** Finds sites for some of the uses. */
  #divide(node: Node, uses: readonly Place[], sites: Site[]): void {
    let place = uses[0] as Place;
    for (let index = 1; index < uses.length; index++) place = common(place, uses[index] as Place);
    const groups = uses.length > 1 && node.cost <= MAX_REPEATED ? this.#groups(place, uses) : undefined;
    if (groups !== undefined && this.#sites < MAX_GROWTH * this.#all.length) {
      for (const group of groups) this.#divide(node, group, sites);
      return;
    }
    this.#sites++;
    const site: Site = { place, isShared: uses.length > 1, places: this.#enter(node, place), local: -1 };
    sites.push(site);
    if (uses.length === 1) return;
    for (const use of uses) {
      if (use === place) continue;
      const inner = childOf(place, use);
      if (inner.before === undefined) inner.before = [[node, site]];
      else if (inner.before[inner.before.length - 1]?.[1] !== site) inner.before.push([node, site]);
    }
  }

  /** The uses by the places that lie directly in a place; undefined where one of them is not in such a place. */
  #groups(place: Place, uses: readonly Place[]): readonly (readonly Place[])[] | undefined {
    const groups = new Map<Place, Place[]>();
    for (const use of uses) {
      if (use === place) return undefined;
      const inner = childOf(place, use);
      const known = groups.get(inner);
      if (known === undefined) groups.set(inner, [use]);
      else known.push(use);
    }
    return [...groups.values()];
  }

  /** Registers each use with the operands of a node. */
  #enter({ order, operands }: Node, place: Place): readonly Place[] {
    if (order === "strict") {
      for (const operand of operands) if (operand.operands.length > 0) operand.uses.push(place);
      return NONE;
    }
    const places: Place[] = [];
    let around = place;
    for (let index = 0; index < operands.length; index++) {
      let use = place;
      if (index > 0) {
        use = new Place(around);
        places.push(use);
        if (order === "chain") around = use;
      }
      const operand = operands[index] as Node;
      if (operand.operands.length > 0) operand.uses.push(use);
    }
    return places;
  }

  #codeOf(node: Node, place: Place): Code {
    if (node.operands.length === 0) return node.compose(NONE);
    const site = siteAt(node, place);
    if (site.local >= 0) return get(site.local);
    const code = this.#compute(node, site);
    if (!site.isShared) return code;
    return tee(this.#keep(node, site), code);
  }

  /** Takes a local for the result of a node. */
  #keep({ type }: Node, site: Site): number {
    if (type === undefined) throw new InternalError("a statement is used twice");
    const local = this.#free.get(type)?.pop() ?? this.#made.local(type);
    (site.place.locals ??= []).push([type, local]);
    site.local = local;
    return local;
  }

  /** Frees the locals of a place whose code is complete. */
  #leave({ locals }: Place): void {
    for (const [type, local] of locals ?? NONE) {
      const free = this.#free.get(type);
      if (free === undefined) this.#free.set(type, [local]);
      else free.push(local);
    }
  }

  #compute(node: Node, { place, places }: Site): Code {
    const { operands, order } = node;
    const codes: Code[] = [this.#codeOf(operands[0] as Node, place)];
    if (order === "branch") codes[0] = [codes[0] as Code, places.map((inner) => this.#before(inner))];
    for (let index = 1; index < operands.length; index++) {
      const inner = order === "strict" ? place : (places[index - 1] as Place);
      if (order === "chain") codes[index - 1] = [codes[index - 1] as Code, this.#before(inner)];
      codes.push(this.#codeOf(operands[index] as Node, inner));
      if (order === "branch") this.#leave(inner);
    }
    // The places of a chain lie within one another.
    if (order === "chain") for (const inner of places) this.#leave(inner);
    return node.compose(codes);
  }

  /** Code that computes what a place needs from around it. */
  #before({ before }: Place): Code {
    if (before === undefined) return NONE;
    const code: Code[] = [];
    // They were found with the users first: operands stand at the end.
    for (let index = before.length - 1; index >= 0; index--) {
      const [node, site] = before[index] as [Node, Site];
      if (site.local >= 0) continue;
      const computed = this.#compute(node, site);
      code.push(set(this.#keep(node, site), computed));
    }
    return code;
  }
}

/** The site of a node whose result there is at a place. */
function siteAt({ sites }: Node, place: Place): Site {
  for (const site of sites) {
    if (sites.length === 1) return site;
    let around: Place | undefined = place;
    while (around !== undefined && around.depth > site.place.depth) around = around.around;
    if (around === site.place) return site;
  }
  throw new InternalError("code uses what is not computed before it");
}

/** The innermost place around both, or one of them. */
function common(one: Place, other: Place): Place {
  let [a, b] = [one, other];
  while (a !== b) {
    if (a.depth >= b.depth) a = a.around as Place;
    else b = b.around as Place;
  }
  return a;
}

/** The place directly in another that a third one is, or lies in. */
function childOf(place: Place, inner: Place): Place {
  let child = inner;
  while (child.around !== place) child = child.around as Place;
  return child;
}
