import type { AnyNode, Expression, MemberExpression, Pattern, SpreadElement, Statement } from "acorn";
import { NotRead, TooMuchWork, type Bool, type Terms, type Value } from "../../terms/index.ts";
import { builtinOf } from "./builtins.ts";
import type { Captures } from "../source/captures.ts";
import { Collections } from "../values/collections.ts";
import { Construction } from "./construction.ts";
import type { Evaluation, Intrinsic } from "./evaluation.ts";
import { Expressions } from "./expressions.ts";
import { Failures } from "../values/failures.ts";
import { impurityOf } from "../source/impure.ts";
import { Iteration } from "../values/iteration.ts";
import { Lists } from "../values/lists.ts";
import { MAX_CALL_DEPTH, MAX_NODE_DEPTH, type ReadingLimits } from "../limits.ts";
import type { Notes } from "../values/notes.ts";
import { Objects } from "../values/objects.ts";
import type { Premises } from "../source/premises.ts";
import { DEAD, Paths } from "../values/paths.ts";
import { Refused } from "../values/refused.ts";
import { Scalars } from "../values/scalars.ts";
import { enter, parametersOf, varsOf, type AnyFunction } from "../values/scopes.ts";
import type { Callable, Source, Sources } from "../source/source.ts";
import { closureOf, Statements } from "./statements.ts";
import {
  BoundMethod,
  Closure,
  HeapObject,
  isCollection,
  isScalar,
  Text,
  UNDECLARED,
  Union,
  type Thing,
} from "../values/values.ts";
import { Variables } from "./variables.ts";

const RETURN = ["return"] as const;

/**
 * A lifted interpreter: evaluates a function once, on values that are terms over the cells of a state, and merges at every
 * join of the control flow. Its result is about as large as the work that one run of the function does.
 */
export class Interpreter implements Evaluation {
  readonly paths: Paths;
  readonly objects: Objects;
  readonly iteration: Iteration;
  readonly lists: Lists;
  readonly collections: Collections;
  readonly scalars: Scalars;
  readonly failures: Failures;
  readonly #expressions: Expressions;
  readonly #statements: Statements;
  readonly #variables: Variables;
  readonly #construction: Construction;
  readonly #sources: Sources;
  readonly #intrinsics: ReadonlyMap<Callable, Intrinsic>;
  readonly #notes: Notes;
  readonly #limits: ReadingLimits;
  readonly #scopes = new Map<Callable, HeapObject>();
  #calls = 0;
  #depth = 0;
  #nodes = 0;
  #mostTerms = 0;
  /** The function whose source is evaluated, and the node in it: the place of a mistake. */
  #source: Source | undefined;
  #node: AnyNode | undefined;
  #premises: Premises | undefined;

  constructor(
    terms: Terms,
    sources: Sources,
    captures: Captures,
    notes: Notes,
    intrinsics: ReadonlyMap<Callable, Intrinsic>,
    limits: ReadingLimits,
  ) {
    this.paths = new Paths(terms);
    this.objects = new Objects(this.paths, captures, {
      call: (getter, self) => this.call(getter as Thing, self, []),
      sizeOf: (collection) => this.collections.size(collection),
    });
    this.scalars = new Scalars(this.paths, this.objects);
    this.failures = new Failures(this.paths);
    this.iteration = new Iteration(this.paths, this.objects);
    this.lists = new Lists(this.paths, this.objects, this.iteration, this);
    this.collections = new Collections(this.paths, this.objects, this.iteration, this);
    this.#expressions = new Expressions(this);
    this.#statements = new Statements(this);
    this.#variables = new Variables(this);
    this.#construction = new Construction(this);
    this.#sources = sources;
    this.#notes = notes;
    this.#intrinsics = intrinsics;
    this.#limits = limits;
  }

  /** Reads under a condition, with a new allowance of work. */
  session<Result>(condition: Bool, work: () => Result): { readonly result: Result | undefined; readonly throws: Bool } {
    this.#calls = 0;
    this.#depth = 0;
    this.#nodes = 0;
    this.#source = undefined;
    this.#node = undefined;
    this.failures.begin();
    this.#mostTerms = this.paths.terms.size + this.#limits.terms;
    const before = this.paths.terms.allow(this.#limits.operands);
    try {
      return this.paths.session(condition, work);
    } finally {
      this.paths.terms.allow(before);
    }
  }

  /** The interpreter's current place in the model's source. */
  get place(): string | undefined {
    return this.#node === undefined ? undefined : this.#source?.place(this.#node.start);
  }

  // ------------------------------------------------------------------------------------------------ evaluation

  evaluate(node: Expression, scope: HeapObject): Thing {
    this.visit(node);
    const depth = this.#deeper();
    const thing = this.#expressions.evaluate(node, scope);
    this.#depth = depth;
    return thing;
  }

  execute(node: Statement, scope: HeapObject): void {
    this.visit(node);
    this.#premises?.execute(node, () => this.paths.condition);
    const depth = this.#deeper();
    try {
      this.#statements.execute(node, scope);
    } finally {
      this.#depth = depth;
    }
  }

  visit(node: AnyNode): void {
    this.#node = node;
    if (++this.#nodes > this.#limits.nodes || this.paths.terms.size > this.#mostTerms) {
      throw new TooMuchWork();
    }
  }

  #deeper(): number {
    const depth = this.#depth;
    if (depth >= MAX_NODE_DEPTH) throw new NotRead("it is nested too deeply to be read");
    this.#depth = depth + 1;
    return depth;
  }

  evaluateText(nodes: readonly (Expression | SpreadElement)[], scope: HeapObject): void {
    this.#attempt(() => {
      for (const node of nodes) this.evaluate(node.type === "SpreadElement" ? node.argument : node, scope);
    });
  }

  callForText(callable: Thing, given: readonly Thing[]): void {
    this.#attempt(() => this.call(callable, undefined, given));
  }

  #attempt(work: () => void): void {
    const [calls, depth, source, node] = [this.#calls, this.#depth, this.#source, this.#node];
    this.paths.attempt(work);
    [this.#calls, this.#depth, this.#source, this.#node] = [calls, depth, source, node];
  }

  bind(pattern: Pattern, value: Thing, scope: HeapObject, assigns = false): void {
    this.#variables.bind(pattern, value, scope, assigns);
  }

  variable(name: string, scope: HeapObject): Thing {
    return this.#variables.get(name, scope);
  }

  assign(name: string, value: Thing, scope: HeapObject): void {
    this.#variables.assign(name, value, scope);
  }

  setMember(node: MemberExpression, object: Thing, scope: HeapObject, value: Thing): void {
    this.#expressions.setMember(node, object, scope, value);
  }

  compared(node: AnyNode, part: Thing, constant: Thing): void {
    this.#notes.compared(node, part, constant, () => this.place);
  }

  construct(callee: Thing, given: readonly Thing[]): Thing {
    return this.#construction.construct(callee, given);
  }

  /** Reads what a predicate asks for first, while `work` reads the predicate. */
  withPremises<Result>(premises: Premises, work: () => Result): Result {
    this.#premises = premises;
    try {
      return work();
    } finally {
      this.#premises = undefined;
    }
  }

  implication(): { readonly holds: () => void } {
    const premises = this.#premises;
    // Each call has another node for its last argument.
    const node = this.#node;
    if (premises === undefined || node === undefined) return { holds: () => {} };
    premises.implication(node);
    return { holds: () => premises.reach(node, this.paths.condition) };
  }

  // ------------------------------------------------------------------------------------------------ operators

  truthy(thing: Thing): Bool {
    return this.scalars.truthy(thing);
  }

  same(one: Thing, other: Thing): Bool {
    return this.scalars.same(one, other);
  }

  sameValue(one: Thing, other: Thing): Bool {
    return this.scalars.sameValue(one, other);
  }

  text(thing: Thing): Thing {
    return this.scalars.text(thing);
  }

  number(thing: Thing): Value {
    return this.scalars.number(thing);
  }

  less(one: Thing, other: Thing): Bool {
    return this.scalars.less(one, other);
  }

  // ------------------------------------------------------------------------------------------------ calls

  call(given: Thing, self: Thing, args: readonly Thing[]): Thing {
    const callable = this.paths.now(given);
    if (callable instanceof Union) {
      return this.paths.forkEach(this.paths.alternatives(callable), (one) => this.call(one, self, args));
    }
    if (callable instanceof Closure) {
      const { node, scope } = callable;
      return this.#invoke(node, scope, args, node.type === "ArrowFunctionExpression" ? callable.self : self);
    }
    if (callable instanceof BoundMethod) return this.#callBound(callable, self, args);
    if (typeof callable !== "function") {
      if (isScalar(callable) || callable instanceof HeapObject || callable instanceof Text) this.paths.throw();
      throw new NotRead("it calls a value that may not be a function");
    }
    const target = callable as Callable;
    const intrinsic = this.#intrinsics.get(target);
    if (intrinsic !== undefined) return intrinsic(this, args);
    const builtin = builtinOf(target);
    if (builtin !== undefined) return builtin(this, args);
    const impurity = impurityOf(target);
    if (impurity !== undefined) throw new Refused(impurity);
    return this.#invokeHost(target, self, args);
  }

  #callBound({ receiver, name }: BoundMethod, self: Thing, args: readonly Thing[]): Thing {
    if (self !== receiver) throw new NotRead(`it detaches the method ${name} from its object`);
    return isCollection(receiver)
      ? this.collections.method(receiver, name, args)
      : this.lists.method(receiver, name, args);
  }

  #invokeHost(target: Callable, self: Thing, args: readonly Thing[]): Thing {
    const source = this.#sources.of(target);
    let scope = this.#scopes.get(target);
    if (scope === undefined) {
      scope = new HeapObject("scope");
      scope.captured = source;
      this.#scopes.set(target, scope);
    }
    const [before, node] = [this.#source, this.#node];
    this.#source = source;
    let result: Thing;
    try {
      result = this.#invoke(source.node as AnyFunction, scope, args, self);
    } catch (error) {
      // A mistake keeps its place.
      if (error === DEAD) [this.#source, this.#node] = [before, node];
      throw error;
    }
    [this.#source, this.#node] = [before, node];
    return result;
  }

  #invoke(node: AnyFunction, parent: HeapObject, args: readonly Thing[], self: Thing): Thing {
    if (node.async === true) throw new NotRead("it is asynchronous");
    if (node.generator === true) throw new NotRead("it is a generator");
    if (this.#calls >= MAX_CALL_DEPTH) throw new NotRead("its calls are nested too deeply to be read");
    const calls = this.#calls++;
    const scope = this.#scopeOf(node, parent, self);
    try {
      return this.paths.boundary(RETURN, () => {
        for (const [index, parameter] of node.params.entries()) {
          if (parameter.type === "Identifier") scope.slots.set(parameter.name, args[index]);
          else if (parameter.type === "RestElement") {
            this.bind(parameter.argument, this.objects.list(args.slice(index)), scope);
          } else this.bind(parameter, args[index], scope);
        }
        const { body } = node;
        if (body.type !== "BlockStatement") return this.evaluate(body, scope);
        for (const name of varsOf(node)) if (!scope.slots.has(name)) scope.slots.set(name, undefined);
        enter(body.body, scope, closureOf);
        this.#statements.list(body.body, scope);
        return undefined;
      });
    } finally {
      this.#calls = calls;
    }
  }

  /** The scope of a call, with parameters that have no values yet. */
  #scopeOf(node: AnyFunction, parent: HeapObject, self: Thing): HeapObject {
    let around = parent;
    if (node.type === "FunctionExpression" && node.id != null) {
      around = new HeapObject("scope", parent);
      around.slots.set(node.id.name, closureOf(node, parent));
    }
    const scope = new HeapObject("scope", around);
    if (node.type !== "ArrowFunctionExpression") {
      scope.isCall = true;
      scope.self = self;
    }
    for (const name of parametersOf(node)) scope.slots.set(name, UNDECLARED);
    return scope;
  }
}
