import type {
  AnyNode,
  ArrowFunctionExpression,
  Expression,
  FunctionDeclaration,
  FunctionExpression,
  MemberExpression,
  Pattern,
} from "acorn";
import { Sources, type Callable, type Source } from "../../../reading/source/source.ts";
import { NotRead } from "../../../terms/index.ts";
import type { Evaluation } from "./evaluation.ts";
import { Evaluator } from "./evaluator.ts";
import { lift } from "../values/host.ts";
import { builtinOf } from "./intrinsics.ts";
import { set } from "../collections/members.ts";
import { callMethod } from "../collections/methods.ts";
import type { Session } from "../values/session.ts";
import { Statements } from "./statements.ts";
import { Closure, Host, isPrimitive, Method, Scope, Thrown, type Thing } from "../values/things.ts";
import { Variables } from "./variables.ts";

type AnyFunction = ArrowFunctionExpression | FunctionExpression | FunctionDeclaration;

/** Limits on one function, in the nodes of its source that are evaluated, over all its runs. */
const MAX_NODES = 3_000_000;
const MAX_CALL_DEPTH = 100;

/** Runs functions on the state of any size, one way through them at a time. */
export class Interpreter implements Evaluation {
  readonly session: Session;
  readonly #sources = new Sources();
  readonly #captured = new Map<unknown, { readonly host: Host; readonly outside: (name: string) => Thing }>();
  readonly #evaluator: Evaluator;
  readonly #variables: Variables;
  readonly #statements: Statements;
  #nodes = 0;
  #calls = 0;
  #source: Source | undefined;
  #node: AnyNode | undefined;

  constructor(session: Session) {
    this.session = session;
    this.#evaluator = new Evaluator(this);
    this.#variables = new Variables(this);
    this.#statements = new Statements(this);
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
      const completion = this.#statements.block(body.body, scope);
      return completion?.kind === "return" ? completion.value : undefined;
    } finally {
      this.#calls--;
    }
  }

  scope(parent: Scope | undefined): Scope {
    return new Scope(this.session.explorer.depth, parent);
  }

  // ------------------------------------------------------------------------------------------------------- parts

  evaluate(node: Expression, scope: Scope): Thing {
    return this.#evaluator.evaluate(node, scope);
  }

  key(property: Parameters<Evaluation["key"]>[0], scope: Scope): Thing {
    return this.#evaluator.key(property, scope);
  }

  lookUp(name: string, scope: Scope): Thing {
    return this.#variables.get(name, scope);
  }

  bind(pattern: Pattern, value: Thing, scope: Scope, assigns = false): void {
    this.#variables.bind(pattern, value, scope, assigns);
  }

  setMemberOf(node: MemberExpression, value: Thing, scope: Scope): void {
    this.#evaluator.setMember(node, value, scope);
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
