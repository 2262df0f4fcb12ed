import type {
  AnyNode,
  ArrowFunctionExpression,
  AssignmentExpression,
  BlockStatement,
  CallExpression,
  Expression,
  ForStatement,
  FunctionDeclaration,
  FunctionExpression,
  LogicalExpression,
  MemberExpression,
  ObjectExpression,
  Pattern,
  PrivateIdentifier,
  Program,
  Property,
  SpreadElement,
  Statement,
  Super,
  SwitchStatement,
  UnaryExpression,
  UpdateExpression,
  VariableDeclaration,
} from "acorn";
import {
  NotRead,
  Term,
  type ArithmeticOperator,
  type Bool,
  type Scalar,
  type Terms,
  type Value,
} from "../terms/index.ts";
import { builtinOf, type Builtin } from "./builtins.ts";
import { impurityOf } from "./impure.ts";
import { Lists } from "./lists.ts";
import { Objects } from "./objects.ts";
import { Paths } from "./paths.ts";
import { Refused } from "./refused.ts";
import type { Callable, Source, Sources } from "./source.ts";
import { contains } from "./syntax.ts";
import {
  BoundMethod,
  Closure,
  FAILURE,
  HeapObject,
  isConstant,
  isFunction,
  isHost,
  isList,
  isScalar,
  TEXT,
  Union,
  type Thing,
} from "./values.ts";

/** Nodes of the source that may be evaluated to read one function, and the terms that may be made of it. */
export const MAX_READ_NODES = 400_000;
export const MAX_READ_TERMS = 200_000;
/** Calls within calls. */
const MAX_CALL_DEPTH = 120;
/** Rounds of a loop. */
const MAX_ROUNDS = 2_000;
/** Values of a scalar for which a text is made of each. */
const MAX_TEXTS = 40;

/** A function that is replaced while reading, because what it means is known better than its source tells. */
export type Intrinsic = (interpreter: Interpreter, given: readonly Thing[]) => Thing;

type AnyFunction = ArrowFunctionExpression | FunctionExpression | FunctionDeclaration;

/**
 * A lifted interpreter: evaluates a function once, on values that are terms over the cells of a state, and merges at every
 * join of the control flow. Its result is about as large as the work that one run of the function does.
 */
export class Interpreter {
  readonly paths: Paths;
  readonly objects: Objects;
  readonly lists: Lists;
  readonly #sources: Sources;
  readonly #intrinsics: ReadonlyMap<Callable, Intrinsic>;
  readonly #scopes = new Map<Callable, HeapObject>();
  #depth = 0;
  #nodes = 0;
  #mostTerms = 0;
  /** The function whose source is evaluated, and the node in it: the place of a mistake. */
  #source: Source | undefined;
  #node: AnyNode | undefined;

  constructor(terms: Terms, sources: Sources, intrinsics: ReadonlyMap<Callable, Intrinsic>) {
    this.paths = new Paths(terms);
    this.objects = new Objects(this.paths, (getter, self) => this.call(getter as Thing, self, []));
    this.lists = new Lists(this.paths, this.objects, this);
    this.#sources = sources;
    this.#intrinsics = intrinsics;
  }

  /** Reads under a condition, with a new allowance of work. */
  session<Result>(condition: Bool, work: () => Result): { readonly result: Result | undefined; readonly throws: Bool } {
    this.#depth = 0;
    this.#nodes = 0;
    this.#source = undefined;
    this.#node = undefined;
    this.#mostTerms = this.paths.terms.size + MAX_READ_TERMS;
    return this.paths.session(condition, work);
  }

  /** Where in the model's source the interpreter is. */
  get place(): string | undefined {
    return this.#node === undefined ? undefined : this.#source?.place(this.#node.start);
  }

  // ------------------------------------------------------------------------------------------------ scalars

  /** Where a thing is true when it is asked for in a condition. */
  truthy(thing: Thing): Bool {
    const { terms, facts } = this.paths;
    if (isScalar(thing)) {
      if (thing instanceof Term && !thing.isBoolean && thing.domain === undefined)
        return terms.not(terms.equal(thing, 0));
      return facts.simplify(terms.test(thing, Boolean));
    }
    if (thing instanceof Union) {
      return terms.or(
        ...this.paths.alternatives(thing).map(([condition, one]) => terms.and(condition, this.truthy(one))),
      );
    }
    if (thing === TEXT) throw new NotRead("it asks whether a text that depends on the state is empty");
    if (thing === FAILURE) this.droppedFailure(true);
    return true;
  }

  /** A judgement that fails was used where only a boolean has a meaning. */
  droppedFailure(condition: Bool): void {
    this.dropped = this.paths.terms.or(this.dropped, this.paths.terms.and(this.paths.condition, condition));
  }

  /** Where a failure was dropped, in the current session. */
  dropped: Bool = false;

  same(a: Thing, b: Thing): Bool {
    const { terms, facts } = this.paths;
    const [one, other] = [this.paths.now(a), this.paths.now(b)];
    if (one === TEXT || other === TEXT) {
      const rest = one === TEXT ? other : one;
      if (isConstant(rest) && typeof rest !== "string") return false;
      throw new NotRead("it compares a text that depends on the state");
    }
    if (one instanceof Union || other instanceof Union) {
      const parts: Bool[] = [];
      for (const [g, x] of this.paths.alternatives(one)) {
        for (const [h, y] of this.paths.alternatives(other)) parts.push(terms.and(g, h, this.same(x, y)));
      }
      return terms.or(...parts);
    }
    if (isScalar(one) && isScalar(other)) return facts.simplify(terms.equal(one, other));
    if (one === FAILURE && other === FAILURE) throw new NotRead("it compares judgements");
    if (one instanceof Closure && other instanceof Closure) throw new NotRead("it compares functions");
    return one === other;
  }

  #typeOf(thing: Thing): Thing {
    if (isScalar(thing)) {
      if (thing instanceof Term && !thing.isBoolean && thing.domain === undefined) return "number";
      return this.paths.terms.map(thing, (value) => typeof value);
    }
    if (thing instanceof Union) {
      return this.paths.mergeAll(
        this.paths.alternatives(thing).map(([condition, one]) => [condition, this.#typeOf(one)]),
      );
    }
    if (thing === TEXT) return "string";
    return isFunction(thing) ? "function" : "object";
  }

  text(given: Thing): Thing {
    const thing = this.paths.now(given);
    if (!isScalar(thing)) return TEXT;
    if (thing instanceof Term) {
      const domain = this.paths.terms.domainOf(thing);
      if (domain === undefined || domain.size > MAX_TEXTS) return TEXT;
    }
    if (typeof thing === "symbol") throw new NotRead("it makes a text of a symbol");
    return this.paths.terms.map(thing, String);
  }

  #add(a: Thing, b: Thing): Thing {
    const [one, other] = [this.paths.now(a), this.paths.now(b)];
    const { terms } = this.paths;
    const isText = (thing: Thing): boolean => {
      if (!isScalar(thing)) return true;
      const domain = terms.domainOf(thing);
      return domain !== undefined && domain.values.some((value) => typeof value === "string");
    };
    if (!isText(one) && !isText(other)) return this.arithmetic("+", one, other);
    if (!isScalar(one) || !isScalar(other) || (one instanceof Term && other instanceof Term)) return TEXT;
    if (one instanceof Term) return this.#textOf(one, (value) => `${String(value)}${String(other)}`);
    return other instanceof Term
      ? this.#textOf(other, (value) => `${String(one)}${String(value)}`)
      : `${String(one)}${String(other)}`;
  }

  /** A text of a scalar, one of whose values is a text or that is added to one. */
  #textOf(term: Term, make: (value: Scalar) => string): Thing {
    const domain = this.paths.terms.domainOf(term);
    return domain === undefined || domain.size > MAX_TEXTS ? TEXT : this.paths.terms.map(term, make);
  }

  arithmetic(operator: ArithmeticOperator, a: Thing, b: Thing): Value {
    const [one, other] = [this.paths.now(a), this.paths.now(b)];
    if (!isScalar(one) || !isScalar(other)) throw new NotRead(`it uses ${operator} with something that is no number`);
    return this.paths.terms.arithmetic(operator, this.#narrowed(one), this.#narrowed(other));
  }

  /** Without the values that are impossible here, such as null of an optional number. */
  #narrowed(value: Value): Value {
    if (!(value instanceof Term) || value.isBoolean || value.domain === undefined || value.domain.isInteger)
      return value;
    const possible = this.paths.facts.possible(value) as readonly Scalar[];
    if (possible.length === value.domain.size || possible.length === 0) return value;
    // Any possible value stands for the impossible ones.
    const [any] = possible;
    const kept = new Set(possible);
    return this.paths.terms.map(value, (one) => (kept.has(one) ? one : any));
  }

  less(a: Thing, b: Thing): Bool {
    const [one, other] = [this.paths.now(a), this.paths.now(b)];
    if (!isScalar(one) || !isScalar(other)) throw new NotRead("it compares something that is no number by order");
    return this.paths.facts.simplify(this.paths.terms.less(this.#narrowed(one), this.#narrowed(other)));
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
    if (callable instanceof BoundMethod) return this.lists.method(callable.receiver, callable.name, args);
    if (typeof callable !== "function") {
      if (isConstant(callable) || callable instanceof HeapObject || callable === TEXT) this.paths.throw();
      throw new NotRead("it calls something that need not be a function");
    }
    const target = callable as Callable;
    const intrinsic = this.#intrinsics.get(target);
    if (intrinsic !== undefined) return intrinsic(this, args);
    const impurity = impurityOf(target);
    if (impurity !== undefined) throw new Refused(`depends on ${impurity}`);
    const builtin: Builtin | undefined = builtinOf(target);
    if (builtin !== undefined) return builtin(this, args);
    return this.#invokeHost(target, self, args);
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
    const result = this.#invoke(source.node as AnyFunction, scope, args, self);
    this.#source = before;
    this.#node = node;
    return result;
  }

  #invoke(node: AnyFunction, parent: HeapObject, args: readonly Thing[], self: Thing): Thing {
    if (node.async) throw new NotRead("it is asynchronous");
    if (node.generator) throw new NotRead("it is a generator");
    if (this.#depth >= MAX_CALL_DEPTH) throw new NotRead("it calls itself too often");
    const depth = this.#depth++;
    const scope = new HeapObject("scope", parent);
    if (node.type !== "ArrowFunctionExpression") {
      scope.isCall = true;
      scope.self = self;
      if (node.type === "FunctionExpression" && node.id != null) {
        scope.slots.set(node.id.name, new Closure(node, parent, undefined));
      }
    }
    try {
      return this.paths.boundary(RETURN, () => {
        for (const [index, parameter] of node.params.entries()) {
          if (parameter.type === "RestElement")
            this.#bind(parameter.argument, this.objects.list(args.slice(index)), scope);
          else this.#bind(parameter, args[index], scope);
        }
        if (node.body.type !== "BlockStatement") return this.evaluate(node.body, scope);
        this.#statements(node.body.body, scope);
        return undefined;
      });
    } finally {
      this.#depth = depth;
    }
  }

  #arguments(list: readonly (Expression | SpreadElement)[], scope: HeapObject): Thing[] {
    const args: Thing[] = [];
    for (const one of list) {
      if (one.type !== "SpreadElement") {
        args.push(this.evaluate(one, scope));
        continue;
      }
      const { elements, length } = this.objects.iterated(this.evaluate(one.argument, scope));
      const count = this.paths.now(length);
      if (typeof count !== "number") throw new NotRead("it passes a list whose length is not known as arguments");
      args.push(...elements.slice(0, count));
    }
    return args;
  }

  #evaluateCall(node: CallExpression, scope: HeapObject): Thing {
    const { callee } = node;
    if (callee.type === "Super") throw new NotRead("it uses super");
    if (callee.type === "MemberExpression") {
      const receiver = this.evaluate(notSuper(callee.object), scope);
      return this.#callMember(receiver, this.#key(callee, scope), node, scope);
    }
    const callable = this.evaluate(callee, scope);
    const skips = typeof callable === "function" && this.#intrinsics.get(callable as Callable) === becauseIntrinsic;
    if (skips && !node.arguments.some((one) => contains(one, ASSIGNING))) return this.call(callable, undefined, []);
    return this.call(callable, undefined, this.#arguments(node.arguments, scope));
  }

  #callMember(receiver: Thing, key: Thing, node: CallExpression, scope: HeapObject): Thing {
    const present = this.objects.present(receiver);
    return this.paths.forkEach(this.paths.alternatives(present), (one) => {
      const args = this.#arguments(node.arguments, scope);
      return this.#callMethod(one, this.paths.now(key), args);
    });
  }

  #callMethod(receiver: Thing, key: Thing, args: readonly Thing[]): Thing {
    if (isList(receiver) && typeof key === "string" && key in Array.prototype)
      return this.lists.method(receiver, key, args);
    if (isHost(receiver) && (receiver instanceof Set || receiver instanceof Map)) {
      return this.#callCollection(receiver, key, args);
    }
    if (isScalar(receiver) || receiver === TEXT) return this.#callScalar(receiver, key, args);
    if (!isScalar(key)) throw new NotRead("it uses an object for the name of a method");
    return this.call(this.objects.getOf(receiver, key), receiver, args);
  }

  #callCollection(collection: Set<unknown> | Map<unknown, unknown>, key: Thing, args: readonly Thing[]): Thing {
    const [first] = args;
    if (key === "has" || (key === "get" && collection instanceof Map)) {
      const look = (value: unknown): Thing =>
        key === "has" ? collection.has(value) : ((collection as Map<unknown, unknown>).get(value) as Thing);
      const item = this.paths.now(first);
      return isScalar(item)
        ? this.paths.cases(item, look)
        : this.paths.forkEach(this.paths.alternatives(item), (one) =>
            isScalar(one) ? this.paths.cases(one, look) : look(one),
          );
    }
    if (key === "add" || key === "set" || key === "delete" || key === "clear") {
      throw new Refused("changes a collection outside itself");
    }
    if (key === "keys" || key === "values" || key === "entries") {
      const items = [...(collection as Map<Thing, Thing>)[key]()];
      return this.objects.list(items);
    }
    throw new NotRead(`it calls ${String(key)} of a collection`);
  }

  #callScalar(receiver: Thing, key: Thing, args: readonly Thing[]): Thing {
    const { terms } = this.paths;
    if (typeof key !== "string") throw new NotRead("it calls a method whose name is not known");
    const method = (String.prototype as unknown as Record<string, unknown>)[key];
    if (!PURE_METHODS.has(key)) throw new NotRead(`it calls the method ${key} of a value that is no object`);
    const constants = args.map((one) => this.paths.now(one));
    if (!constants.every(isConstant) || receiver === TEXT)
      return TEXTUAL.has(key) ? TEXT : notRead(`it calls ${key} of a text that depends on the state`);
    return terms.map(receiver as Value, (value) => {
      const own = (Object(value) as Record<string, unknown>)[key];
      const callable = (typeof value === "string" ? method : own) as ((...given: unknown[]) => Scalar) | undefined;
      return value === null || value === undefined ? undefined : callable?.apply(value, constants);
    });
  }

  // ------------------------------------------------------------------------------------------------ variables

  #find(name: string, from: HeapObject): HeapObject {
    for (let scope: HeapObject | undefined = from; scope !== undefined; scope = scope.parent) {
      if (scope.slots.has(name) || scope.captured?.has(name) === true) return scope;
    }
    throw new NotRead(`it uses ${name}, which cannot be seen`);
  }

  #assign(name: string, value: Thing, from: HeapObject): void {
    const scope = this.#find(name, from);
    if (!scope.slots.has(name)) throw new Refused(`changes the variable ${name}, which is outside itself`);
    this.paths.put(scope, name, value);
  }

  #declare(name: string, value: Thing, scope: HeapObject): void {
    this.paths.put(scope, name, value);
  }

  /** Gives a value to the names of a pattern; `assigns`: they exist already. */
  #bind(pattern: Pattern, value: Thing, scope: HeapObject, assigns = false): void {
    switch (pattern.type) {
      case "Identifier":
        if (assigns) this.#assign(pattern.name, value, scope);
        else this.#declare(pattern.name, value, scope);
        return;
      case "MemberExpression":
        this.objects.set(this.evaluate(notSuper(pattern.object), scope), this.#key(pattern, scope), value);
        return;
      case "AssignmentPattern": {
        const bound = this.paths.fork(
          this.same(value, undefined),
          () => this.evaluate(pattern.right, scope),
          () => this.paths.now(value),
        );
        this.#bind(pattern.left, bound, scope, assigns);
        return;
      }
      case "ObjectPattern": {
        const object = this.objects.present(value);
        const taken: string[] = [];
        for (const property of pattern.properties) {
          if (property.type === "RestElement") {
            const names = this.objects.keysOf(object).filter((name) => !taken.includes(name));
            const rest = this.objects.record(names.map((name) => [name, this.objects.get(object, name)]));
            this.#bind(property.argument, rest, scope, assigns);
            continue;
          }
          const key = property.computed ? this.evaluate(property.key, scope) : staticKey(property.key);
          taken.push(String(key));
          this.#bind(property.value, this.objects.get(object, key), scope, assigns);
        }
        return;
      }
      case "ArrayPattern": {
        const { elements, length } = this.objects.iterated(value);
        const list = this.objects.list(elements, length);
        for (const [index, element] of pattern.elements.entries()) {
          if (element === null) continue;
          if (element.type === "RestElement") {
            this.#bind(element.argument, this.lists.method(list, "slice", [index]), scope, assigns);
          } else this.#bind(element, this.objects.getOf(list, index), scope, assigns);
        }
        return;
      }
      case "RestElement":
        throw new NotRead("it has a rest pattern of an unknown form");
    }
  }

  // ------------------------------------------------------------------------------------------------ statements

  #statements(list: readonly (Statement | Program["body"][number])[], scope: HeapObject): void {
    for (const statement of list) {
      if (statement.type === "FunctionDeclaration" && statement.id !== null) {
        this.#declare(statement.id.name, new Closure(statement as FunctionDeclaration, scope, undefined), scope);
      }
    }
    for (const statement of list) this.#execute(statement as Statement, scope);
  }

  /** Ends by `DEAD` where no path goes on behind the statement. */
  #execute(node: Statement, scope: HeapObject): void {
    this.#visit(node);
    switch (node.type) {
      case "ExpressionStatement":
        this.#discard(this.evaluate(node.expression, scope));
        return;
      case "VariableDeclaration":
        this.#variables(node, scope);
        return;
      case "ReturnStatement":
        return this.paths.exit("return", node.argument == null ? undefined : this.evaluate(node.argument, scope));
      case "IfStatement": {
        const { consequent, alternate } = node;
        this.paths.fork(
          this.truthy(this.evaluate(node.test, scope)),
          () => {
            this.#execute(consequent, scope);
            return undefined;
          },
          () => {
            if (alternate != null) this.#execute(alternate, scope);
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
        return this.paths.exit(node.type === "BreakStatement" ? "break" : "continue", undefined);
      case "ThrowStatement":
        this.evaluateText(node.argument, scope);
        return this.paths.throw();
      case "ForOfStatement": {
        if (node.await) throw new NotRead("it waits in a loop");
        const list = this.evaluate(node.right, scope);
        const { elements, length } = this.objects.iterated(list);
        const { left, body } = node;
        const requireUnchanged = this.lists.watch(list);
        this.#loop(body, () => {
          for (const [index, element] of elements.entries()) {
            requireUnchanged();
            const isInside = this.paths.facts.simplify(this.paths.terms.less(index, length));
            if (isInside === false) break;
            this.paths.fork(
              isInside,
              () => {
                const inner = new HeapObject("scope", scope);
                if (left.type === "VariableDeclaration") this.#bind(left.declarations[0]!.id, element, inner);
                else this.#bind(left, element, inner, true);
                this.#round(body, inner);
                return undefined;
              },
              () => undefined,
            );
          }
        });
        return;
      }
      case "ForInStatement": {
        const names = this.objects.keysOf(this.evaluate(node.right, scope));
        const { left, body } = node;
        this.#loop(body, () => {
          for (const name of names) {
            const inner = new HeapObject("scope", scope);
            if (left.type === "VariableDeclaration") this.#bind(left.declarations[0]!.id, name, inner);
            else this.#bind(left, name, inner, true);
            this.#round(body, inner);
          }
        });
        return;
      }
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
    this.#statements(node.body, new HeapObject("scope", scope));
  }

  #variables(node: VariableDeclaration, scope: HeapObject): void {
    let target = scope;
    // `var` belongs to the function, whatever block it stands in.
    if (node.kind === "var")
      while (!target.isCall && target.parent !== undefined && target.parent.captured === undefined)
        target = target.parent;
    for (const { id, init } of node.declarations) {
      if (init == null && node.kind === "var") continue;
      this.#bind(id, init == null ? undefined : this.evaluate(init, scope), target);
    }
  }

  #for(node: ForStatement, scope: HeapObject): void {
    const { init, test, update, body } = node;
    const first = new HeapObject("scope", scope);
    if (init != null) {
      if (init.type === "VariableDeclaration") this.#variables(init, first);
      else this.evaluate(init, first);
    }
    const round = (at: HeapObject): HeapObject => {
      this.#round(body, at);
      // Each round has variables of its own.
      const next = new HeapObject("scope", scope);
      for (const [name, value] of at.slots) next.slots.set(name, value);
      if (update != null) this.evaluate(update, next);
      return next;
    };
    const from = (start: HeapObject, begin: number): void => {
      let at = start;
      for (let count = begin; ; count++) {
        if (count > MAX_ROUNDS) throw new NotRead("it has a loop whose end is not known");
        const isOn = test == null ? true : this.truthy(this.evaluate(test, at));
        if (isOn === false) return;
        if (isOn === true) {
          at = round(at);
          continue;
        }
        const here = at;
        this.paths.fork(
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
    let skips = isFirst;
    for (let count = begin; ; count++) {
      if (count > MAX_ROUNDS) throw new NotRead("it has a loop whose end is not known");
      const isOn = skips ? true : this.truthy(this.evaluate(test, scope));
      skips = false;
      if (isOn === false) return;
      if (isOn === true) {
        this.#round(body, scope);
        continue;
      }
      this.paths.fork(
        isOn,
        () => {
          this.#round(body, scope);
          this.#while(test, body, scope, count + 1, false);
          return undefined;
        },
        () => undefined,
      );
      return;
    }
  }

  #switch(node: SwitchStatement, scope: HeapObject): void {
    const value = this.evaluate(node.discriminant, scope);
    const inner = new HeapObject("scope", scope);
    const { cases } = node;
    const run = (first: number): Thing => {
      for (const { consequent } of cases.slice(first)) this.#statements(consequent, inner);
      return undefined;
    };
    const otherwise = cases.findIndex(({ test }) => test == null);
    const from = (index: number): Thing => {
      const one = cases[index];
      if (one === undefined) return otherwise < 0 ? undefined : run(otherwise);
      if (one.test == null) return from(index + 1);
      return this.paths.fork(
        this.same(value, this.evaluate(one.test, inner)),
        () => run(index),
        () => from(index + 1),
      );
    };
    this.paths.boundary(BREAK, () => from(0));
  }

  #loop(body: Statement, run: () => void): void {
    if (!contains(body, BREAKING)) return run();
    this.paths.boundary(BREAK, () => {
      run();
      return undefined;
    });
  }

  #round(body: Statement, scope: HeapObject): void {
    if (!contains(body, CONTINUING)) return this.#execute(body, scope);
    this.paths.boundary(CONTINUE, () => {
      this.#execute(body, scope);
      return undefined;
    });
  }

  /** The value of a statement is not looked at: a judgement must not get lost so. */
  #discard(thing: Thing): void {
    if (thing === FAILURE) this.droppedFailure(true);
    if (thing instanceof Union) {
      for (const [condition, one] of this.paths.alternatives(thing))
        if (one === FAILURE) this.droppedFailure(condition);
    }
  }

  // ------------------------------------------------------------------------------------------------ expressions

  #visit(node: AnyNode): void {
    this.#node = node;
    if (++this.#nodes > MAX_READ_NODES || this.paths.terms.size > this.#mostTerms) {
      throw new NotRead("it does more work than is read of one function");
    }
  }

  /** The name of a member. */
  #key(node: MemberExpression, scope: HeapObject): Thing {
    if (node.computed) return this.evaluate(node.property as Expression, scope);
    if (node.property.type !== "Identifier") throw new NotRead("it uses a private member");
    return node.property.name;
  }

  evaluate(node: Expression, scope: HeapObject): Thing {
    this.#visit(node);
    switch (node.type) {
      case "Literal":
        if (node.regex != null) throw new NotRead("it uses a regular expression");
        if (node.bigint != null) throw new NotRead("it uses a bigint");
        return node.value as Scalar;
      case "Identifier": {
        const found = this.#find(node.name, scope);
        return found.slots.has(node.name)
          ? (found.slots.get(node.name) as Thing)
          : (found.captured?.get(node.name) as Thing);
      }
      case "MemberExpression":
        return this.#member(this.evaluate(notSuper(node.object), scope), this.#key(node, scope), node);
      case "CallExpression":
        return this.#evaluateCall(node, scope);
      case "ChainExpression":
        return this.#chain(node.expression, scope, (thing) => thing);
      case "ParenthesizedExpression":
        return this.evaluate(node.expression, scope);
      case "ArrowFunctionExpression":
        return new Closure(node, scope, selfOf(scope));
      case "FunctionExpression":
        return new Closure(node, scope, undefined);
      case "ConditionalExpression":
        return this.paths.fork(
          this.truthy(this.evaluate(node.test, scope)),
          () => this.evaluate(node.consequent, scope),
          () => this.evaluate(node.alternate, scope),
        );
      case "LogicalExpression":
        return this.#logical(node, scope);
      case "UnaryExpression":
        return this.#unary(node, scope);
      case "BinaryExpression": {
        if (node.left.type === "PrivateIdentifier") throw new NotRead("it uses a private member");
        return this.#binary(node.operator, this.evaluate(node.left, scope), this.evaluate(node.right, scope));
      }
      case "AssignmentExpression":
        return this.#assignment(node, scope);
      case "UpdateExpression":
        return this.#update(node, scope);
      case "TemplateLiteral": {
        let text: Thing = node.quasis[0]?.value.cooked ?? "";
        for (const [index, expression] of node.expressions.entries()) {
          text = this.#add(text, this.text(this.evaluate(expression, scope)));
          const more = node.quasis[index + 1]?.value.cooked ?? "";
          if (more !== "") text = this.#add(text, more);
        }
        return text;
      }
      case "ObjectExpression":
        return this.#object(node, scope);
      case "ArrayExpression": {
        let data: { readonly elements: readonly Thing[]; readonly length: Value } = { elements: [], length: 0 };
        for (const element of node.elements) {
          if (element === null) throw new NotRead("it makes an array with a hole");
          const part =
            element.type === "SpreadElement"
              ? this.objects.iterated(this.evaluate(element.argument, scope))
              : { elements: [this.evaluate(element, scope)], length: 1 };
          data = this.lists.concatenated(data, part);
        }
        return this.objects.list(data.elements, data.length);
      }
      case "SequenceExpression": {
        let thing: Thing;
        for (const one of node.expressions) thing = this.evaluate(one, scope);
        return thing;
      }
      case "ThisExpression":
        return selfOf(scope);
      case "NewExpression":
        return this.#new(this.evaluate(node.callee, scope), this.#arguments(node.arguments, scope));
      default:
        throw new NotRead(`it has a ${CONSTRUCTS[node.type] ?? node.type}`);
    }
  }

  /** Evaluates what only a text depends on: it need not be known, but it may not change anything. */
  evaluateText(node: Expression, scope: HeapObject): void {
    if (contains(node, ASSIGNING)) this.evaluate(node, scope);
  }

  /** A member of an object; what is not a pure look is recognised by what it is. */
  #member(object: Thing, key: Thing, node: MemberExpression): Thing {
    void node;
    if (isHost(object) && typeof key === "string") {
      const impurity = impurityOf(object, key);
      if (impurity !== undefined) throw new Refused(`depends on ${impurity}`);
    }
    return this.objects.get(object, key);
  }

  #logical(node: LogicalExpression, scope: HeapObject): Thing {
    const left = this.evaluate(node.left, scope);
    const right = (): Thing => this.evaluate(node.right, scope);
    if (node.operator === "??") return this.paths.fork(this.objects.isNullish(left), right, () => this.paths.now(left));
    if (left === FAILURE || left instanceof Union) return this.#logicalObject(node.operator, left, right);
    const isTrue = this.truthy(left);
    return node.operator === "&&"
      ? this.paths.fork(isTrue, right, () => this.#side(left, false))
      : this.paths.fork(isTrue, () => this.#side(left, true), right);
  }

  /** `left || because(...)` is how judgements are written: a failure on the left of it is dropped nowhere. */
  #logicalObject(operator: "&&" | "||", left: Thing, right: () => Thing): Thing {
    const before = this.dropped;
    const isTrue = this.truthy(left);
    if (operator === "&&") return this.paths.fork(isTrue, right, () => this.#side(left, false));
    this.dropped = before;
    return this.paths.fork(isTrue, () => this.#side(left, true), right);
  }

  /** A value where it is known to count as true, or as false. */
  #side(given: Thing, isTrue: boolean): Thing {
    const thing = this.paths.now(given);
    if (!(thing instanceof Term)) return thing;
    if (thing.isBoolean) return isTrue;
    const values = this.paths.facts.possible(thing)?.filter((value) => Boolean(value) === isTrue);
    return values?.length === 1 ? values[0] : thing;
  }

  #unary(node: UnaryExpression, scope: HeapObject): Thing {
    const { terms } = this.paths;
    if (node.operator === "delete") throw new NotRead("it deletes a property");
    const thing = this.evaluate(node.argument, scope);
    switch (node.operator) {
      case "typeof":
        return this.#typeOf(thing);
      case "!":
        return terms.not(this.truthy(thing));
      case "-":
        return this.arithmetic("-", 0, thing);
      case "void":
        this.#discard(thing);
        return undefined;
      case "+":
      case "~": {
        const value = this.paths.now(thing);
        if (!isScalar(value)) throw new NotRead(`it uses ${node.operator} with something that is no number`);
        if (value instanceof Term && !value.isBoolean && value.domain === undefined) {
          return node.operator === "+" ? value : terms.arithmetic("-", -1, value);
        }
        return terms.map(value, (one) => (node.operator === "+" ? Number(one) : ~(one as number)));
      }
    }
  }

  #binary(operator: string, a: Thing, b: Thing): Thing {
    const { terms } = this.paths;
    switch (operator) {
      case "===":
        return this.same(a, b);
      case "!==":
        return terms.not(this.same(a, b));
      case "==":
      case "!=": {
        const equal =
          b === null || b === undefined
            ? this.objects.isNullish(a)
            : a === null || a === undefined
              ? this.objects.isNullish(b)
              : this.#looselySame(a, b);
        return operator === "==" ? equal : terms.not(equal);
      }
      case "<":
        return this.less(a, b);
      case ">":
        return this.less(b, a);
      case "<=":
        return this.#atMost(a, b);
      case ">=":
        return this.#atMost(b, a);
      case "+":
        return this.#add(a, b);
      case "in":
        return this.objects.has(b, a, false);
      case "instanceof":
        throw new NotRead("it uses instanceof");
      default:
        return this.arithmetic(operator as ArithmeticOperator, a, b);
    }
  }

  /** a <= b, which is the same as not (b < a) only where both are numbers. */
  #atMost(a: Thing, b: Thing): Bool {
    const [one, other] = [this.paths.now(a), this.paths.now(b)];
    const { terms, facts } = this.paths;
    for (const value of [one, other]) {
      const possible = isScalar(value) ? facts.possible(value) : undefined;
      if (possible?.every((each) => typeof each === "number" && each === each) !== false) continue;
      if (isConstant(other) && isScalar(one) && terms.domainOf(one) !== undefined) {
        return facts.simplify(terms.test(one, (each) => (each as number) <= (other as number)));
      }
      if (isConstant(one) && isScalar(other) && terms.domainOf(other) !== undefined) {
        return facts.simplify(terms.test(other, (each) => (one as number) <= (each as number)));
      }
      throw new NotRead("it compares by order what need not be a number");
    }
    return terms.not(this.less(b, a));
  }

  #looselySame(a: Thing, b: Thing): Bool {
    const kinds = new Set<string>();
    for (const thing of [a, b]) {
      const value = this.paths.now(thing);
      if (!isScalar(value)) throw new NotRead("it compares loosely something that is no plain value");
      const domain = this.paths.terms.domainOf(value);
      for (const one of domain?.values ?? [0]) kinds.add(typeof one);
    }
    if (kinds.size > 1) throw new NotRead("it compares loosely values of unlike types");
    return this.same(a, b);
  }

  #assignment(node: AssignmentExpression, scope: HeapObject): Thing {
    const { left, operator, right } = node;
    if (operator === "=") {
      if (left.type === "MemberExpression") {
        const object = this.evaluate(notSuper(left.object), scope);
        const key = this.#key(left, scope);
        const value = this.evaluate(right, scope);
        this.#node = node;
        this.objects.set(object, key, value);
        return value;
      }
      const value = this.evaluate(right, scope);
      this.#node = node;
      this.#bind(left, value, scope, true);
      return value;
    }
    const place = this.#placeOf(left, scope);
    const old = place.get();
    const binary = operator.slice(0, -1);
    if (binary === "??" || binary === "||" || binary === "&&") {
      const condition =
        binary === "??"
          ? this.objects.isNullish(old)
          : binary === "||"
            ? this.paths.terms.not(this.truthy(old))
            : this.truthy(old);
      return this.paths.fork(
        condition,
        () => {
          const value = this.evaluate(right, scope);
          place.set(value);
          return value;
        },
        () => this.paths.now(old),
      );
    }
    const value = this.#binary(binary, old, this.evaluate(right, scope));
    this.#node = node;
    place.set(value);
    return value;
  }

  #update(node: UpdateExpression, scope: HeapObject): Thing {
    const place = this.#placeOf(node.argument as Pattern, scope);
    const old = place.get();
    const next = this.arithmetic(node.operator === "++" ? "+" : "-", old, 1);
    place.set(next);
    return node.prefix ? next : old;
  }

  /** What can be read and written again; its parts are evaluated once. */
  #placeOf(node: Pattern, scope: HeapObject): { get(): Thing; set(value: Thing): void } {
    if (node.type === "Identifier") {
      return { get: () => this.evaluate(node, scope), set: (value) => this.#assign(node.name, value, scope) };
    }
    if (node.type !== "MemberExpression") throw new NotRead("it updates something of an unknown form");
    const object = this.evaluate(notSuper(node.object), scope);
    const key = this.#key(node, scope);
    return { get: () => this.objects.get(object, key), set: (value) => this.objects.set(object, key, value) };
  }

  #object(node: ObjectExpression, scope: HeapObject): Thing {
    const record = new HeapObject("record");
    for (const property of node.properties) {
      if (property.type === "SpreadElement") {
        const from = this.paths.now(this.evaluate(property.argument, scope));
        if (isConstant(from)) continue;
        for (const name of this.objects.keysOf(from)) record.slots.set(name, this.objects.get(from, name));
        continue;
      }
      if (property.kind !== "init") throw new NotRead("it makes an object with an accessor");
      const key = property.computed ? this.paths.now(this.evaluate(property.key, scope)) : staticKey(property.key);
      if (!isConstant(key) || typeof key === "symbol")
        throw new NotRead("it makes an object with a name that depends on the state");
      if (key === "__proto__") throw new NotRead("it sets a prototype");
      record.slots.set(String(key), this.evaluate(property.value, scope));
    }
    return record;
  }

  #new(callee: Thing, args: readonly Thing[]): Thing {
    const impurity = typeof callee === "function" ? impurityOf(callee as Callable) : undefined;
    if (impurity !== undefined) {
      if (callee !== Date || args.length === 0)
        throw new Refused(`depends on ${callee === Date ? "new Date()" : impurity}`);
      throw new NotRead("it uses a Date");
    }
    if (typeof callee === "function" && (callee === Error || (callee as Callable).prototype instanceof Error))
      return TEXT;
    if (callee === Set && args.length > 0) {
      const { elements, length } = this.objects.iterated(args[0]);
      return this.#set(elements, length);
    }
    if (callee === Array && args.length === 1) {
      const length = this.paths.now(args[0]);
      if (typeof length === "number") return this.objects.list(Array.from({ length }, () => undefined));
    }
    const name = typeof callee === "function" ? (callee as Callable).name : "something";
    throw new NotRead(`it makes a new ${name}`);
  }

  /** A set that is only looked at. */
  #set(elements: readonly Thing[], length: Value): Thing {
    const { terms } = this.paths;
    let size: Value = 0;
    for (const [index, element] of elements.entries()) {
      const earlier = terms.or(
        ...elements.slice(0, index).map((other, at) => terms.and(terms.less(at, length), this.same(other, element))),
      );
      const isNew = terms.and(terms.less(index, length), terms.not(earlier));
      size = terms.arithmetic("+", size, terms.ite(isNew, 1, 0));
    }
    const set = this.objects.record([
      ["size", size],
      ["has", new BoundMethod(this.objects.list(elements, length), "includes")],
    ]);
    set.isFrozen = true;
    return set;
  }

  /** A chain of optional members and calls; `rest` is what comes behind it, skipped where the chain ends early. */
  #chain(node: Expression | Super | PrivateIdentifier, scope: HeapObject, rest: (thing: Thing) => Thing): Thing {
    if (node.type === "MemberExpression") {
      return this.#chain(node.object, scope, (object) => {
        const go = (): Thing => rest(this.#member(this.paths.now(object), this.#key(node, scope), node));
        return node.optional === true ? this.paths.fork(this.objects.isNullish(object), () => undefined, go) : go();
      });
    }
    if (node.type !== "CallExpression") return rest(this.evaluate(notSuper(node as Expression | Super), scope));
    const { callee } = node;
    if (callee.type === "MemberExpression") {
      return this.#chain(callee.object, scope, (object) => {
        const go = (): Thing => {
          const self = this.paths.now(object);
          if (node.optional !== true) return rest(this.#callMember(self, this.#key(callee, scope), node, scope));
          const callable = this.#member(self, this.#key(callee, scope), callee);
          return this.paths.fork(
            this.objects.isNullish(callable),
            () => undefined,
            () => rest(this.call(callable, self, this.#arguments(node.arguments, scope))),
          );
        };
        return callee.optional === true ? this.paths.fork(this.objects.isNullish(object), () => undefined, go) : go();
      });
    }
    return this.#chain(callee, scope, (callable) => {
      const go = (): Thing => rest(this.call(callable, undefined, this.#arguments(node.arguments, scope)));
      return node.optional === true ? this.paths.fork(this.objects.isNullish(callable), () => undefined, go) : go();
    });
  }
}

/** A negative judgement; what its reason is made of need not be evaluated. */
export const becauseIntrinsic: Intrinsic = () => FAILURE;

const RETURN = ["return"] as const;
const BREAK = ["break"] as const;
const CONTINUE = ["continue"] as const;
const BREAKING = new Set(["BreakStatement"]);
const CONTINUING = new Set(["ContinueStatement"]);
const ASSIGNING = new Set(["AssignmentExpression", "UpdateExpression"]);

/** What an error calls a part of the language that is not read. */
const CONSTRUCTS: Readonly<Record<string, string>> = {
  TryStatement: "try statement",
  LabeledStatement: "label",
  ClassDeclaration: "class",
  ClassExpression: "class",
  TaggedTemplateExpression: "tagged template",
  AwaitExpression: "await",
  YieldExpression: "yield",
  ImportExpression: "dynamic import",
  MetaProperty: "meta property",
  WithStatement: "with statement",
  DebuggerStatement: "debugger statement",
};

/** Methods of texts and numbers that depend on nothing but their arguments. */
const PURE_METHODS = new Set([
  "at", "charAt", "charCodeAt", "codePointAt", "concat", "endsWith", "includes", "indexOf", "lastIndexOf", "padEnd", "padStart",
  "repeat", "slice", "startsWith", "substring", "toFixed", "toLowerCase", "toString", "toUpperCase", "trim", "valueOf",
]); // prettier-ignore
/** Those of them that give a text. */
const TEXTUAL = new Set([
  "at", "charAt", "concat", "padEnd", "padStart", "repeat", "slice", "substring", "toFixed", "toLowerCase", "toString",
  "toUpperCase", "trim",
]); // prettier-ignore

function notRead(why: string): never {
  throw new NotRead(why);
}

function notSuper(node: Expression | Super): Expression {
  if (node.type === "Super") throw new NotRead("it uses super");
  return node;
}

function staticKey(node: Property["key"]): string {
  if (node.type === "Identifier") return node.name;
  if (node.type === "Literal") return String(node.value);
  throw new NotRead("it uses a private member");
}

/** `this` in a scope. */
function selfOf(from: HeapObject): Thing {
  for (let scope: HeapObject | undefined = from; scope !== undefined; scope = scope.parent) {
    if (scope.isCall) return scope.self;
  }
  return undefined;
}
