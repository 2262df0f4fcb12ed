import type {
  AnyNode,
  BlockStatement,
  Expression,
  ForOfStatement,
  ForStatement,
  FunctionDeclaration,
  Pattern,
  Statement,
  SwitchStatement,
  VariableDeclaration,
} from "acorn";
import { CONSTRUCTS } from "../../../reading/source/syntax.ts";
import { NotRead } from "../../../terms/index.ts";
import { elementsOf } from "../collections/elements.ts";
import type { Evaluation } from "./evaluation.ts";
import { loop, type Ending } from "../collections/loops.ts";
import { same, truthy } from "../values/operators.ts";
import { Closure, Scalar, Scope, Size, Thrown, type Thing } from "../values/things.ts";

/** End of a statement that the next one does not follow. */
export type Completion = Exclude<Ending, { readonly kind: "end" | "throw" }> | { readonly kind: "continue" };

const MAX_TURNS = 1_000;

/** Executes statements. */
export class Statements {
  readonly #evaluation: Evaluation;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  /** Runs the statements of a block or a function. */
  block(statements: readonly AnyNode[], scope: Scope): Completion | undefined {
    for (const statement of statements) {
      if (statement.type === "FunctionDeclaration") {
        const { id } = statement as FunctionDeclaration;
        scope.variables.set(id.name, new Closure(statement as FunctionDeclaration, scope));
      }
    }
    for (const statement of statements) {
      const completion = this.#execute(statement as Statement, scope);
      if (completion !== undefined) return completion;
    }
    return undefined;
  }

  #execute(node: Statement, scope: Scope): Completion | undefined {
    this.#evaluation.visit(node);
    const { session } = this.#evaluation;
    switch (node.type) {
      case "EmptyStatement":
      case "FunctionDeclaration":
        return undefined;
      case "ExpressionStatement":
        this.#evaluation.evaluate(node.expression, scope);
        return undefined;
      case "VariableDeclaration":
        this.#declare(node, scope);
        return undefined;
      case "ReturnStatement": {
        const value = node.argument == null ? undefined : this.#evaluation.evaluate(node.argument, scope);
        return { kind: "return", value };
      }
      case "IfStatement": {
        const test = truthy(session, this.#evaluation.evaluate(node.test, scope));
        if (session.explorer.decide(test)) return this.#execute(node.consequent, scope);
        return node.alternate == null ? undefined : this.#execute(node.alternate, scope);
      }
      case "BlockStatement":
        return this.block((node as BlockStatement).body, this.#scope(scope));
      case "ThrowStatement":
        throw new Thrown();
      case "BreakStatement":
      case "ContinueStatement":
        if (node.label != null) throw new NotRead("it uses a label");
        return { kind: node.type === "BreakStatement" ? "break" : "continue" };
      case "SwitchStatement":
        return this.#switch(node, scope);
      case "ForOfStatement":
        return this.#forOf(node, scope);
      case "ForStatement":
        return this.#for(node, scope);
      case "WhileStatement":
        return this.#turns(scope, node.test, node.body, () => {});
      default:
        throw new NotRead(`it uses a ${CONSTRUCTS[node.type] ?? node.type}`);
    }
  }

  #declare({ declarations }: VariableDeclaration, scope: Scope): void {
    for (const { id, init } of declarations) {
      this.#evaluation.bind(id, init == null ? undefined : this.#evaluation.evaluate(init, scope), scope);
    }
  }

  #switch({ discriminant, cases }: SwitchStatement, parent: Scope): Completion | undefined {
    const { session } = this.#evaluation;
    const value = this.#evaluation.evaluate(discriminant, parent);
    const scope = this.#scope(parent);
    let from = cases.findIndex(
      ({ test }) =>
        test != null && session.explorer.decide(same(session, value, this.#evaluation.evaluate(test, scope))),
    );
    if (from < 0) from = cases.findIndex(({ test }) => test == null);
    if (from < 0) return undefined;
    for (const { consequent } of cases.slice(from)) {
      const completion = this.block(consequent, scope);
      if (completion?.kind === "break") return undefined;
      if (completion !== undefined) return completion;
    }
    return undefined;
  }

  #forOf(node: ForOfStatement, scope: Scope): Completion | undefined {
    if (node.await) throw new NotRead("it is asynchronous");
    const { session } = this.#evaluation;
    const elements = elementsOf(session, this.#evaluation.evaluate(node.right, scope));
    const turn = (value: Thing): Completion | undefined => {
      const own = this.#scope(scope);
      if (node.left.type === "VariableDeclaration") {
        const [declaration] = node.left.declarations;
        this.#evaluation.bind((declaration as { readonly id: Pattern }).id, value, own);
      } else this.#evaluation.bind(node.left, value, own, true);
      return this.#execute(node.body, own);
    };
    if (elements.kind === "list") {
      for (const item of elements.items) {
        const completion = turn(item);
        if (completion?.kind === "break") return undefined;
        if (completion?.kind === "return") return completion;
      }
      return undefined;
    }
    return this.#over(elements.sort, (index) => turn(elements.element(index)), elements.condition);
  }

  #over(
    sort: Parameters<typeof loop>[1],
    turn: (index: Parameters<Parameters<typeof loop>[2]>[0]) => Completion | undefined,
    condition?: Parameters<typeof loop>[3],
  ): Completion | undefined {
    const body = (index: Parameters<typeof turn>[0]): Ending => {
      const completion = turn(index);
      return completion === undefined || completion.kind === "continue" ? { kind: "end" } : completion;
    };
    const result = loop(this.#evaluation.session, sort, body, condition);
    return result === undefined ? undefined : { kind: "return", value: result.value };
  }

  /** A loop with a counter. One that counts from 0 to the size of a dimension goes through its elements. */
  #for(node: ForStatement, parent: Scope): Completion | undefined {
    const { init, test, update } = node;
    const counter = counterOf(node);
    if (counter !== undefined) {
      const bound = this.#evaluation.evaluate(counter.bound, parent);
      if (bound instanceof Size) {
        return this.#over(bound.sort, (index) => {
          const own = this.#scope(parent);
          own.variables.set(counter.name, new Scalar(index));
          return this.#execute(node.body, this.#scope(own));
        });
      }
    }
    const scope = this.#scope(parent);
    if (init != null) {
      if (init.type === "VariableDeclaration") this.#declare(init, scope);
      else this.#evaluation.evaluate(init, scope);
    }
    return this.#turns(scope, test ?? undefined, node.body, () => {
      if (update != null) this.#evaluation.evaluate(update, scope);
    });
  }

  #turns(scope: Scope, test: Expression | undefined, body: Statement, update: () => void): Completion | undefined {
    const { session } = this.#evaluation;
    for (let turns = 0; turns < MAX_TURNS; turns++) {
      if (test !== undefined && !session.explorer.decide(truthy(session, this.#evaluation.evaluate(test, scope)))) {
        return undefined;
      }
      const completion = this.#execute(body, this.#scope(scope));
      if (completion?.kind === "break") return undefined;
      if (completion?.kind === "return") return completion;
      update();
    }
    throw new NotRead("it has a loop with too many turns");
  }

  #scope(parent: Scope): Scope {
    return new Scope(this.#evaluation.session.explorer.depth, parent);
  }
}

/** Name and bound of the counter in `for (let counter = 0; counter < bound; counter++)`, which its body leaves alone. */
function counterOf({
  init,
  test,
  update,
}: ForStatement): { readonly name: string; readonly bound: Expression } | undefined {
  if (init?.type !== "VariableDeclaration" || init.declarations.length !== 1) return undefined;
  const [{ id, init: start }] = init.declarations as [VariableDeclaration["declarations"][number]];
  if (id.type !== "Identifier" || start?.type !== "Literal" || start.value !== 0) return undefined;
  if (test?.type !== "BinaryExpression" || test.operator !== "<") return undefined;
  if (test.left.type !== "Identifier" || test.left.name !== id.name) return undefined;
  const isStep =
    (update?.type === "UpdateExpression" &&
      update.operator === "++" &&
      update.argument.type === "Identifier" &&
      update.argument.name === id.name) ||
    (update?.type === "AssignmentExpression" &&
      update.operator === "+=" &&
      update.left.type === "Identifier" &&
      update.left.name === id.name &&
      update.right.type === "Literal" &&
      update.right.value === 1);
  return isStep ? { name: id.name, bound: test.right } : undefined;
}
