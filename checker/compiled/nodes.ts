import { InternalError } from "../errors.ts";
import { get, set, tee, type Code, type FunctionBuilder, type ValueType } from "./wasm.ts";

/**
 * When the operands of a node are evaluated: "strict", all of them with the node; "chain", each where the one before it
 * has not decided the result; "branch", the first with the node, and then at most one of the others.
 */
type Order = "strict" | "chain" | "branch";

/** An operation in the code of one function. What several nodes use is computed once, at a place that all of them pass. */
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
  readonly uses: Place[];
  /** Where it is computed, if several nodes use it. */
  place: Place | undefined;
  /** Of a node with an order of its operands: where the second and further operands are evaluated. */
  places: readonly Place[];
  /** The local that holds it, once it has been computed. */
  local: number;
}

/** A stretch of code that is passed as a whole or not at all; all of it lies in the stretch around it. */
class Place {
  readonly around: Place | undefined;
  readonly depth: number;
  /** Nodes of places around this one that code in here uses: they are computed before this place is entered. */
  readonly before: Node[] = [];

  constructor(around: Place | undefined) {
    this.around = around;
    this.depth = around === undefined ? 0 : around.depth + 1;
  }
}

const NO_PLACES: readonly Place[] = [];

/** The nodes of one function. */
export class Nodes {
  readonly #made: FunctionBuilder;
  /** Operands before the nodes that use them. */
  readonly #all: Node[] = [];

  constructor(made: FunctionBuilder) {
    this.#made = made;
  }

  get size(): number {
    return this.#all.length;
  }

  /** A node without operands: it is computed anew wherever it is used. */
  leaf(type: ValueType | undefined, cost: number, code: Code): Node {
    return { type, order: "strict", operands: [], cost, compose: () => code, uses: [], place: undefined, places: NO_PLACES, local: -1 }; // prettier-ignore
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
    const node: Node = { type, order, operands, cost, compose, uses: [], place: undefined, places: NO_PLACES, local: -1 }; // prettier-ignore
    this.#all.push(node);
    return node;
  }

  /** The code of a node that no other uses. */
  code(root: Node): Code {
    root.uses.push(new Place(undefined));
    for (let index = this.#all.length - 1; index >= 0; index--) this.#settle(this.#all[index] as Node);
    return this.#codeOf(root);
  }

  /** Finds the place of a node, when the places of all that use it are known. */
  #settle(node: Node): void {
    const { uses, operands } = node;
    const [first] = uses;
    if (first === undefined) return;
    let place = first;
    if (uses.length > 1) {
      for (const use of uses) place = common(place, use);
      node.place = place;
      for (const use of uses) {
        if (use === place) continue;
        let inner = use;
        while (inner.around !== place) inner = inner.around as Place;
        if (inner.before[inner.before.length - 1] !== node) inner.before.push(node);
      }
    }
    if (operands.length === 0) return;
    if (node.order === "strict") {
      for (const operand of operands) if (operand.operands.length > 0) operand.uses.push(place);
      return;
    }
    const places: Place[] = [];
    let around = place;
    for (let index = 0; index < operands.length; index++) {
      if (index > 0) {
        const inner = new Place(around);
        places.push(inner);
        if (node.order === "chain") around = inner;
        (operands[index] as Node).uses.push(inner);
      } else (operands[index] as Node).uses.push(place);
    }
    node.places = places;
  }

  #codeOf(node: Node): Code {
    if (node.operands.length === 0) return node.compose([]);
    if (node.local >= 0) return get(node.local);
    if (node.place === undefined) return this.#compute(node);
    const code = this.#compute(node);
    if (node.type === undefined) throw new InternalError("a statement is used twice");
    node.local = this.#made.local(node.type);
    return tee(node.local, code);
  }

  #compute(node: Node): Code {
    const { operands, places } = node;
    const codes: Code[] = [this.#codeOf(operands[0] as Node)];
    if (node.order === "strict") {
      for (let index = 1; index < operands.length; index++) codes.push(this.#codeOf(operands[index] as Node));
    } else if (node.order === "chain") {
      for (let index = 1; index < operands.length; index++) {
        codes[index - 1] = [codes[index - 1] as Code, this.#before(places[index - 1] as Place)];
        codes.push(this.#codeOf(operands[index] as Node));
      }
    } else {
      codes[0] = [codes[0] as Code, places.map((place) => this.#before(place))];
      for (let index = 1; index < operands.length; index++) codes.push(this.#codeOf(operands[index] as Node));
    }
    return node.compose(codes);
  }

  /** Code that computes what a place needs from around it. */
  #before(place: Place): Code {
    const code: Code[] = [];
    // They were found with the users first: operands stand at the end.
    for (let index = place.before.length - 1; index >= 0; index--) {
      const node = place.before[index] as Node;
      if (node.local >= 0) continue;
      const computed = this.#compute(node);
      node.local = this.#made.local(node.type as ValueType);
      code.push(set(node.local, computed));
    }
    return code;
  }
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
