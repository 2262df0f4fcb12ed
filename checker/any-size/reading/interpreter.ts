import type {
  AnyNode,
  ArrowFunctionExpression,
  BlockStatement,
  Expression,
  ForOfStatement,
  ForStatement,
  FunctionDeclaration,
  FunctionExpression,
  Pattern,
  Statement,
  SwitchStatement,
  VariableDeclaration,
} from "acorn";
import { NotRead } from "../../terms/index.ts";
import { CONSTRUCTS } from "../../reading/syntax.ts";
import { Sources, type Callable, type Source } from "../../reading/source.ts";
import { callMethod } from "./arrays.ts";
import type { Evaluation } from "./evaluation.ts";
import { Evaluator } from "./evaluator.ts";
import { lift } from "./host.ts";
import { builtinOf } from "./intrinsics.ts";
import { loop, type Ending } from "./loops.ts";
import { elementsOf, get, set, namesIn } from "./members.ts";
import { same, truthy } from "./operators.ts";
import type { Session } from "./session.ts";
import { Closure, Host, isPrimitive, Method, Scalar, Scope, Size, Thrown, type Thing } from "./things.ts";

/** How a statement ends, where the next one does not follow. */
export type Completion = Exclude<Ending, { readonly kind: "end" | "throw" }> | { readonly kind: "continue" };

type AnyFunction = ArrowFunctionExpression | FunctionExpression | FunctionDeclaration;

/** Limits on one function, in the nodes of its source that are evaluated, over all its runs. */
const MAX_NODES = 3_000_000;
const MAX_CALL_DEPTH = 100;
const MAX_TURNS = 1_000;

/** Runs functions on the state of any size, one way through them at a time. */
export class Interpreter implements Evaluation {
  readonly session: Session;
  readonly #sources = new Sources();
  readonly #captured = new Map<unknown, { readonly host: Host; readonly outside: (name: string) => Thing }>();
  readonly #evaluator: Evaluator;
  #nodes = 0;
  #calls = 0;
  #source: Source | undefined;
  #node: AnyNode | undefined;

  constructor(session: Session) {
    this.session = session;
    this.#evaluator = new Evaluator(this);
  }

  begin(chosen: (sort: { readonly name: string }) => void): void {
    this.session.begin(chosen);
    this.#nodes = 0;
    this.#calls = 0;
    this.#source = undefined;
    this.#node = undefined;
  }

  /** Place in the source that is read: file, line and column. */
  get place(): string | undefined {
    return this.#node === undefined ? undefined : this.#source?.place(this.#node.start);
  }

  visit(node: AnyNode): void {
    this.#node = node;
    if (++this.#nodes > MAX_NODES) throw new NotRead("it takes too much work");
  }

  // ------------------------------------------------------------------------------------------------------- calls

  call(callable: Thing, self: Thing, given: readonly Thing[]): Thing {
    if (callable instanceof Closure) return this.#invoke(callable.node, callable.scope, given);
    if (callable instanceof Method) {
      const { receiver, name } = callable;
      return callMethod(this.session, receiver, name, given, (one, args) => this.call(one, undefined, args));
    }
    if (!(callable instanceof Host)) {
      if (isPrimitive(callable)) throw new Thrown();
      throw new NotRead("it calls something that is no function");
    }
    const [first] = callable.samples;
    if (typeof first?.value !== "function") throw new Thrown();
    const builtin = builtinOf(first.value as Callable);
    if (builtin !== undefined) return builtin(this, given, callable);
    return this.#invokeHost(callable, self, given);
  }

  #invokeHost(host: Host, self: Thing, given: readonly Thing[]): Thing {
    const before = [this.#source, this.#node] as const;
    const source = this.#sources.of(host.samples[0]?.value as Callable);
    const scope = new Scope(this.session.explorer.depth, undefined, this.#outsideOf(host, source));
    if (source.node.type !== "ArrowFunctionExpression") scope.variables.set("this", self);
    this.#source = source;
    const result = this.#invoke(source.node as AnyFunction, scope, given);
    [this.#source, this.#node] = before;
    return result;
  }

  /** The variables that functions captured, one function for each sample. */
  #outsideOf(host: Host, source: Source): (name: string) => Thing {
    const { samples, variables } = host;
    const key = samples[0]?.value;
    const before = this.#captured.get(key);
    if (before !== undefined && isSameHost(before.host, host)) return before.outside;
    const sources = samples.map(({ value }) => this.#sources.of(value as Callable));
    const known = new Map<string, Thing>();
    const outside = (name: string): Thing => {
      if (!known.has(name)) {
        if (!source.has(name)) {
          if (name === "undefined") return undefined;
          throw new NotRead(`it uses the variable ${name}, which is not defined`);
        }
        const values = samples.map((sample, at) => ({ ...sample, value: (sources[at] as Source).get(name) }));
        known.set(name, lift(values, variables, name, this.session.dimensions));
      }
      return known.get(name);
    };
    this.#captured.set(key, { host, outside });
    return outside;
  }

  #invoke(node: AnyFunction, parent: Scope, given: readonly Thing[]): Thing {
    if (node.async === true) throw new NotRead("it is asynchronous");
    if (node.generator === true) throw new NotRead("it is a generator");
    if (this.#calls >= MAX_CALL_DEPTH) throw new NotRead("its calls are nested too deeply");
    this.#calls++;
    try {
      const scope = this.scope(parent);
      for (const [at, parameter] of node.params.entries()) {
        if (parameter.type === "RestElement") {
          this.bind(parameter.argument, this.session.list(given.slice(at)), scope);
        } else this.bind(parameter, given[at], scope);
      }
      const { body } = node;
      if (body.type !== "BlockStatement") return this.#evaluator.evaluate(body, scope);
      const completion = this.#block(body.body, scope);
      return completion?.kind === "return" ? completion.value : undefined;
    } finally {
      this.#calls--;
    }
  }

  scope(parent: Scope | undefined): Scope {
    return new Scope(this.session.explorer.depth, parent);
  }

  // --------------------------------------------------------------------------------------------------- variables

  lookUp(name: string, from: Scope): Thing {
    for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
      if (scope.variables.has(name)) return scope.variables.get(name);
      if (scope.outside !== undefined) return scope.outside(name);
    }
    throw new NotRead(`it uses the variable ${name}, which is not defined`);
  }

  assign(name: string, value: Thing, from: Scope): void {
    for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
      if (!scope.variables.has(name)) continue;
      this.session.change(scope);
      scope.variables.set(name, value);
      return;
    }
    throw new NotRead(`it changes the variable ${name}, which is outside it`);
  }

  /** Gives the names of a pattern their values; with `assigns`, variables that exist. */
  bind(pattern: Pattern, value: Thing, scope: Scope, assigns = false): void {
    const { session } = this;
    switch (pattern.type) {
      case "Identifier":
        if (assigns) this.assign(pattern.name, value, scope);
        else scope.variables.set(pattern.name, value);
        return;
      case "AssignmentPattern":
        this.bind(
          pattern.left,
          value === undefined ? this.#evaluator.evaluate(pattern.right, scope) : value,
          scope,
          assigns,
        );
        return;
      case "MemberExpression":
        this.#evaluator.setMember(pattern, value, scope);
        return;
      case "ObjectPattern": {
        if (value === undefined || value === null) throw new Thrown();
        const taken = new Set<string>();
        for (const property of pattern.properties) {
          if (property.type === "RestElement") {
            const rest = namesIn(value).filter((name) => !taken.has(name));
            this.bind(
              property.argument,
              session.local(rest.map((name) => [name, get(session, value, name)])),
              scope,
              assigns,
            );
            continue;
          }
          const key = this.#evaluator.key(property, scope);
          if (isPrimitive(key)) taken.add(String(key));
          this.bind(property.value, get(session, value, key), scope, assigns);
        }
        return;
      }
      case "ArrayPattern": {
        const elements = elementsOf(session, value);
        if (elements.kind === "sort") {
          throw new NotRead(`it takes certain ones of the ${elements.sort.name}s by their order`);
        }
        for (const [at, part] of pattern.elements.entries()) {
          if (part === null) continue;
          if (part.type === "RestElement")
            this.bind(part.argument, session.list(elements.items.slice(at)), scope, assigns);
          else this.bind(part, elements.items[at], scope, assigns);
        }
        return;
      }
      default:
        throw new NotRead("it declares a pattern that is not a name");
    }
  }

  // -------------------------------------------------------------------------------------------------- statements

  #block(statements: readonly AnyNode[], scope: Scope): Completion | undefined {
    for (const statement of statements) {
      if (statement.type === "FunctionDeclaration") {
        const { id } = statement as FunctionDeclaration;
        scope.variables.set(id.name, new Closure(statement as FunctionDeclaration, scope));
      }
    }
    for (const statement of statements) {
      const completion = this.execute(statement as Statement, scope);
      if (completion !== undefined) return completion;
    }
    return undefined;
  }

  execute(node: Statement, scope: Scope): Completion | undefined {
    this.visit(node);
    const { session } = this;
    switch (node.type) {
      case "EmptyStatement":
      case "FunctionDeclaration":
        return undefined;
      case "ExpressionStatement":
        this.#evaluator.evaluate(node.expression, scope);
        return undefined;
      case "VariableDeclaration":
        this.#declare(node, scope);
        return undefined;
      case "ReturnStatement": {
        const value = node.argument == null ? undefined : this.#evaluator.evaluate(node.argument, scope);
        return { kind: "return", value };
      }
      case "IfStatement": {
        const test = truthy(session, this.#evaluator.evaluate(node.test, scope));
        if (session.explorer.decide(test)) return this.execute(node.consequent, scope);
        return node.alternate == null ? undefined : this.execute(node.alternate, scope);
      }
      case "BlockStatement":
        return this.#block((node as BlockStatement).body, this.scope(scope));
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
      this.bind(id, init == null ? undefined : this.#evaluator.evaluate(init, scope), scope);
    }
  }

  #switch({ discriminant, cases }: SwitchStatement, parent: Scope): Completion | undefined {
    const { session } = this;
    const value = this.#evaluator.evaluate(discriminant, parent);
    const scope = this.scope(parent);
    let from = cases.findIndex(
      ({ test }) =>
        test != null && session.explorer.decide(same(session, value, this.#evaluator.evaluate(test, scope))),
    );
    if (from < 0) from = cases.findIndex(({ test }) => test == null);
    if (from < 0) return undefined;
    for (const { consequent } of cases.slice(from)) {
      const completion = this.#block(consequent, scope);
      if (completion?.kind === "break") return undefined;
      if (completion !== undefined) return completion;
    }
    return undefined;
  }

  #forOf(node: ForOfStatement, scope: Scope): Completion | undefined {
    if (node.await) throw new NotRead("it is asynchronous");
    const { session } = this;
    const elements = elementsOf(session, this.#evaluator.evaluate(node.right, scope));
    const turn = (value: Thing): Completion | undefined => {
      const own = this.scope(scope);
      if (node.left.type === "VariableDeclaration") {
        const [declaration] = node.left.declarations;
        this.bind((declaration as { readonly id: Pattern }).id, value, own);
      } else this.bind(node.left, value, own, true);
      return this.execute(node.body, own);
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
    const result = loop(this.session, sort, body, condition);
    return result === undefined ? undefined : { kind: "return", value: result.value };
  }

  /** A loop with a counter. One that counts from 0 to the size of a dimension goes through its elements. */
  #for(node: ForStatement, parent: Scope): Completion | undefined {
    const { init, test, update } = node;
    const counter = counterOf(node);
    if (counter !== undefined) {
      const bound = this.#evaluator.evaluate(counter.bound, parent);
      if (bound instanceof Size) {
        return this.#over(bound.sort, (index) => {
          const own = this.scope(parent);
          own.variables.set(counter.name, new Scalar(index));
          return this.execute(node.body, this.scope(own));
        });
      }
    }
    const scope = this.scope(parent);
    if (init != null) {
      if (init.type === "VariableDeclaration") this.#declare(init, scope);
      else this.#evaluator.evaluate(init, scope);
    }
    return this.#turns(scope, test ?? undefined, node.body, () => {
      if (update != null) this.#evaluator.evaluate(update, scope);
    });
  }

  #turns(scope: Scope, test: Expression | undefined, body: Statement, update: () => void): Completion | undefined {
    const { session } = this;
    for (let turns = 0; turns < MAX_TURNS; turns++) {
      if (test !== undefined && !session.explorer.decide(truthy(session, this.#evaluator.evaluate(test, scope)))) {
        return undefined;
      }
      const completion = this.execute(body, this.scope(scope));
      if (completion?.kind === "break") return undefined;
      if (completion?.kind === "return") return completion;
      update();
    }
    throw new NotRead("it has a loop with too many turns");
  }

  setMember(object: Thing, key: Thing, value: Thing): void {
    set(this.session, object, key, value);
  }

  /** A value of each build, as a thing. */
  outside(values: readonly unknown[], name: string): Thing {
    return lift(
      values.map((value, build) => ({ build, indices: [], value })),
      [],
      name,
      this.session.dimensions,
    );
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

/** Whether two things from outside are the same objects at the same indices. */
function isSameHost(one: Host, other: Host): boolean {
  if (one === other) return true;
  return (
    one.samples.length === other.samples.length &&
    one.variables.length === other.variables.length &&
    one.variables.every((variable, at) => variable === other.variables[at]) &&
    one.samples.every(({ value }, at) => value === other.samples[at]?.value)
  );
}
