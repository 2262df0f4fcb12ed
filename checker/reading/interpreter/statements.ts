import type {
  AnyNode,
  BlockStatement,
  Expression,
  ForInStatement,
  ForOfStatement,
  ForStatement,
  Statement,
  SwitchStatement,
  VariableDeclaration,
} from "acorn";
import { NotRead } from "../../terms/index.ts";
import type { Evaluation } from "./evaluation.ts";
import { blockScope, enter, loopScope, type AnyFunction } from "../values/scopes.ts";
import { CONSTRUCTS, contains } from "../source/syntax.ts";
import { Closure, HeapObject, type Thing } from "../values/values.ts";

/** Rounds of a loop. */
const MAX_ROUNDS = 2_000;

const BREAK = ["break"] as const;
const CONTINUE = ["continue"] as const;
const BREAKING = new Set(["BreakStatement"]);
const CONTINUING = new Set(["ContinueStatement"]);

/** A function that stands in a block is ready when the block begins. */
export const closureOf = (node: AnyFunction, scope: HeapObject): Closure => new Closure(node, scope, undefined);

/** The statements of JavaScript. */
export class Statements {
  readonly #evaluation: Evaluation;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  /** Executes statements in a scope that has their variables. */
  list(statements: readonly AnyNode[], scope: HeapObject): void {
    for (const statement of statements) this.#evaluation.execute(statement as Statement, scope);
  }

  execute(node: Statement, scope: HeapObject): void {
    const evaluation = this.#evaluation;
    const { paths } = evaluation;
    switch (node.type) {
      case "ExpressionStatement":
        evaluation.evaluate(node.expression, scope);
        return;
      case "VariableDeclaration":
        this.#declare(node, scope);
        return;
      case "ReturnStatement":
        return paths.exit("return", node.argument == null ? undefined : evaluation.evaluate(node.argument, scope));
      case "IfStatement": {
        const { consequent, alternate } = node;
        paths.fork(
          evaluation.truthy(evaluation.evaluate(node.test, scope)),
          () => {
            evaluation.execute(consequent, scope);
            return undefined;
          },
          () => {
            if (alternate != null) evaluation.execute(alternate, scope);
            return undefined;
          },
        );
        return;
      }
      case "BlockStatement":
        this.#block(node, scope);
        return;
      case "FunctionDeclaration":
      case "EmptyStatement":
        return;
      case "BreakStatement":
      case "ContinueStatement":
        if (node.label != null) throw new NotRead("it uses a label");
        return paths.exit(node.type === "BreakStatement" ? "break" : "continue", undefined);
      case "ThrowStatement":
        evaluation.evaluateText([node.argument], scope);
        return paths.throw();
      case "ForOfStatement":
        this.#forOf(node, scope);
        return;
      case "ForInStatement":
        this.#forIn(node, scope);
        return;
      case "ForStatement":
        this.#for(node, scope);
        return;
      case "WhileStatement":
        this.#loop(node.body, () => this.#while(node.test, node.body, scope, 0, false));
        return;
      case "DoWhileStatement":
        this.#loop(node.body, () => this.#while(node.test, node.body, scope, 0, true));
        return;
      case "SwitchStatement":
        this.#switch(node, scope);
        return;
      default:
        throw new NotRead(`it has a ${CONSTRUCTS[node.type] ?? node.type}`);
    }
  }

  #block(node: BlockStatement, scope: HeapObject): void {
    this.list(node.body, blockScope(node.body, scope, closureOf));
  }

  #declare(node: VariableDeclaration, scope: HeapObject): void {
    for (const { id, init } of node.declarations) {
      if (init == null && node.kind === "var") continue;
      const value = init == null ? undefined : this.#evaluation.evaluate(init, scope);
      // A `var` belongs to the function, whose scope has it already.
      this.#evaluation.bind(id, value, scope, node.kind === "var");
    }
  }

  /** Gives the variable of a loop over elements its value for one round. */
  #round(node: ForOfStatement | ForInStatement, element: Thing, scope: HeapObject): void {
    const { left, body } = node;
    if (left.type !== "VariableDeclaration") {
      this.#evaluation.bind(left, element, scope, true);
      this.#body(body, scope);
      return;
    }
    const [declarator] = left.declarations;
    const inner = loopScope(left, scope);
    if (declarator !== undefined) this.#evaluation.bind(declarator.id, element, inner, left.kind === "var");
    this.#body(body, inner);
  }

  #forOf(node: ForOfStatement, scope: HeapObject): void {
    if (node.await) throw new NotRead("it uses await in a loop");
    const { paths } = this.#evaluation;
    const rounds = this.#evaluation.iteration.rounds(this.#evaluation.evaluate(node.right, scope));
    this.#loop(node.body, () => {
      for (let index = 0; ; index++) {
        requireEnd(index);
        const found = rounds.at(index);
        if (found === undefined) return;
        const [isThere, element] = found;
        paths.fork(
          isThere,
          () => {
            this.#round(node, element, scope);
            return undefined;
          },
          () => undefined,
        );
      }
    });
  }

  #forIn(node: ForInStatement, scope: HeapObject): void {
    const names = this.#evaluation.objects.keysOf(this.#evaluation.evaluate(node.right, scope));
    this.#loop(node.body, () => {
      for (const name of names) this.#round(node, name, scope);
    });
  }

  #for(node: ForStatement, scope: HeapObject): void {
    const { init, test, update, body } = node;
    const evaluation = this.#evaluation;
    let first = scope;
    if (init != null) {
      if (init.type === "VariableDeclaration") {
        first = loopScope(init, scope);
        this.#declare(init, first);
      } else evaluation.evaluate(init, scope);
    }
    const round = (at: HeapObject): HeapObject => {
      this.#body(body, at);
      let next = at;
      if (first !== scope) {
        // Each round has variables of its own.
        next = new HeapObject("scope", scope);
        next.constants = at.constants;
        for (const [name, value] of at.slots) next.slots.set(name, value);
      }
      if (update != null) evaluation.evaluate(update, next);
      return next;
    };
    const from = (start: HeapObject, begin: number): void => {
      let at = start;
      for (let count = begin; ; count++) {
        requireEnd(count);
        const isOn = test == null ? true : evaluation.truthy(evaluation.evaluate(test, at));
        if (isOn === false) return;
        if (isOn === true) {
          at = round(at);
          continue;
        }
        const here = at;
        evaluation.paths.fork(
          isOn,
          () => {
            from(round(here), count + 1);
            return undefined;
          },
          () => undefined,
        );
        return;
      }
    };
    this.#loop(body, () => from(first, 0));
  }

  #while(test: Expression, body: Statement, scope: HeapObject, begin: number, isFirst: boolean): void {
    const evaluation = this.#evaluation;
    let skips = isFirst;
    for (let count = begin; ; count++) {
      requireEnd(count);
      const isOn = skips ? true : evaluation.truthy(evaluation.evaluate(test, scope));
      skips = false;
      if (isOn === false) return;
      if (isOn === true) {
        this.#body(body, scope);
        continue;
      }
      evaluation.paths.fork(
        isOn,
        () => {
          this.#body(body, scope);
          this.#while(test, body, scope, count + 1, false);
          return undefined;
        },
        () => undefined,
      );
      return;
    }
  }

  #switch(node: SwitchStatement, scope: HeapObject): void {
    const evaluation = this.#evaluation;
    const value = evaluation.evaluate(node.discriminant, scope);
    const inner = new HeapObject("scope", scope);
    const { cases } = node;
    for (const { consequent } of cases) enter(consequent, inner, closureOf);
    const run = (first: number): Thing => {
      for (const { consequent } of cases.slice(first)) this.list(consequent, inner);
      return undefined;
    };
    const otherwise = cases.findIndex(({ test }) => test == null);
    const from = (index: number): Thing => {
      const one = cases[index];
      if (one === undefined) return otherwise < 0 ? undefined : run(otherwise);
      if (one.test == null) return from(index + 1);
      const test = evaluation.evaluate(one.test, inner);
      if (one.test.type === "Literal") evaluation.compared(one.test, value, test);
      return evaluation.paths.fork(
        evaluation.same(value, test),
        () => run(index),
        () => from(index + 1),
      );
    };
    evaluation.paths.boundary(BREAK, () => from(0));
  }

  #loop(body: Statement, run: () => void): void {
    if (!contains(body, BREAKING)) return run();
    this.#evaluation.paths.boundary(BREAK, () => {
      run();
      return undefined;
    });
  }

  #body(body: Statement, scope: HeapObject): void {
    if (!contains(body, CONTINUING)) return this.#evaluation.execute(body, scope);
    this.#evaluation.paths.boundary(CONTINUE, () => {
      this.#evaluation.execute(body, scope);
      return undefined;
    });
  }
}

function requireEnd(round: number): void {
  if (round > MAX_ROUNDS) throw new NotRead("it has a loop of unknown length");
}
