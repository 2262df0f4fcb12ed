import type {
  AnyNode,
  ArrayExpression,
  AssignmentExpression,
  CallExpression,
  Expression,
  Literal,
  LogicalExpression,
  MemberExpression,
  ObjectExpression,
  Pattern,
  PrivateIdentifier,
  SpreadElement,
  Super,
  TemplateLiteral,
  UpdateExpression,
} from "acorn";
import { because } from "../../language/index.ts";
import { NotRead, Term, type Bool, type Scalar } from "../../terms/index.ts";
import type { Evaluation } from "./evaluation.ts";
import { isCounter } from "../source/instrumentation.ts";
import { concatenated } from "../values/list-data.ts";
import { CONSTRUCTS, notSuper, staticKey } from "../source/syntax.ts";
import { callScalar } from "./texts.ts";
import {
  Closure,
  HeapObject,
  isCollection,
  isConstant,
  isList,
  isScalar,
  TEXT,
  Text,
  type ListData,
  type Thing,
} from "../values/values.ts";

/** The expressions of JavaScript. */
export class Expressions {
  readonly #evaluation: Evaluation;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  evaluate(node: Expression, scope: HeapObject): Thing {
    const evaluation = this.#evaluation;
    const { paths, scalars } = evaluation;
    switch (node.type) {
      case "Literal":
        return literal(node);
      case "Identifier":
        return evaluation.variable(node.name, scope);
      case "MemberExpression":
        return evaluation.objects.get(evaluation.evaluate(notSuper(node.object), scope), this.#key(node, scope));
      case "CallExpression":
        return this.#call(node, scope);
      case "ChainExpression":
        return this.#chain(node.expression, scope, (thing) => thing);
      case "ParenthesizedExpression":
        return evaluation.evaluate(node.expression, scope);
      case "ArrowFunctionExpression":
        return new Closure(node, scope, selfOf(scope));
      case "FunctionExpression":
        return new Closure(node, scope, undefined);
      case "ConditionalExpression":
        return paths.fork(
          evaluation.truthy(evaluation.evaluate(node.test, scope)),
          () => evaluation.evaluate(node.consequent, scope),
          () => evaluation.evaluate(node.alternate, scope),
        );
      case "LogicalExpression":
        return this.#logical(node, scope);
      case "UnaryExpression": {
        if (node.operator === "delete") throw new NotRead("it deletes a property");
        const thing = evaluation.evaluate(node.argument, scope);
        return node.operator === "void" ? undefined : scalars.unary(node.operator, thing);
      }
      case "BinaryExpression": {
        const { left, operator, right } = node;
        if (left.type === "PrivateIdentifier") throw new NotRead("it uses a private member");
        const [one, other] = [evaluation.evaluate(left, scope), evaluation.evaluate(right, scope)];
        if (COMPARISONS.has(operator)) {
          if (left.type === "Literal") evaluation.compared(node, other, one);
          if (right.type === "Literal") evaluation.compared(node, one, other);
        }
        return scalars.binary(operator, one, other);
      }
      case "AssignmentExpression":
        return this.#assignment(node, scope);
      case "UpdateExpression":
        return isCounter(node) ? TEXT : this.#update(node, scope);
      case "TemplateLiteral":
        return this.#template(node, scope);
      case "ObjectExpression":
        return this.#object(node, scope);
      case "ArrayExpression":
        return this.#array(node, scope);
      case "SequenceExpression": {
        let thing: Thing;
        for (const one of node.expressions) thing = evaluation.evaluate(one, scope);
        return thing;
      }
      case "ThisExpression": {
        const self = selfOf(scope);
        // Its value outside of a method depends on whether the code is strict.
        if (self === undefined) throw new NotRead("it uses this outside a method call");
        return self;
      }
      case "NewExpression": {
        const callee = evaluation.evaluate(node.callee, scope);
        return this.#withArguments(node.arguments, scope, (given) => evaluation.construct(callee, given));
      }
      default:
        throw new NotRead(`it has a ${CONSTRUCTS[node.type] ?? node.type}`);
    }
  }

  /** The name of a member. */
  #key(node: MemberExpression, scope: HeapObject): Thing {
    if (node.computed) return this.#evaluation.evaluate(node.property as Expression, scope);
    if (node.property.type !== "Identifier") throw new NotRead("it uses a private member");
    return node.property.name;
  }

  setMember(node: MemberExpression, object: Thing, scope: HeapObject, value: Thing): void {
    this.#evaluation.objects.set(object, this.#key(node, scope), value);
  }

  // ------------------------------------------------------------------------------------------------ calls

  /** Evaluates arguments one after another; those of a list of unknown length by cases. */
  #withArguments(
    nodes: readonly (Expression | SpreadElement)[],
    scope: HeapObject,
    work: (given: readonly Thing[]) => Thing,
    given: readonly Thing[] = [],
  ): Thing {
    const all = given.slice();
    for (const [index, node] of nodes.entries()) {
      if (node.type !== "SpreadElement") {
        all.push(this.#evaluation.evaluate(node, scope));
        continue;
      }
      const { elements, length } = this.#evaluation.iteration.elementsOf(
        this.#evaluation.evaluate(node.argument, scope),
      );
      return this.#evaluation.paths.split(length, (count) =>
        this.#withArguments(nodes.slice(index + 1), scope, work, [...all, ...elements.slice(0, count as number)]),
      );
    }
    return work(all);
  }

  #call(node: CallExpression, scope: HeapObject): Thing {
    const evaluation = this.#evaluation;
    const { callee } = node;
    if (callee.type === "Super") throw new NotRead("it uses super");
    if (callee.type === "MemberExpression") {
      const receiver = evaluation.evaluate(notSuper(callee.object), scope);
      return this.#callMember(receiver, this.#key(callee, scope), node, scope);
    }
    const callable = evaluation.evaluate(callee, scope);
    if (callable === because) {
      evaluation.evaluateText(node.arguments, scope);
      return evaluation.call(callable, undefined, []);
    }
    return this.#withArguments(node.arguments, scope, (given) => evaluation.call(callable, undefined, given));
  }

  #callMember(receiver: Thing, key: Thing, node: CallExpression, scope: HeapObject): Thing {
    const { paths, objects } = this.#evaluation;
    const present = objects.present(receiver);
    return paths.forkEach(objects.presentOnes(present), (one) =>
      this.#withArguments(node.arguments, scope, (given) => {
        this.#noteIncludes(node, given);
        return this.#callMethod(one, paths.now(key), given);
      }),
    );
  }

  #callMethod(receiver: Thing, key: Thing, given: readonly Thing[]): Thing {
    const evaluation = this.#evaluation;
    if (typeof key === "string") {
      if (isList(receiver) && key in Array.prototype) return evaluation.lists.method(receiver, key, given);
      if (isCollection(receiver)) return evaluation.collections.method(receiver, key, given);
    }
    if (isScalar(receiver) || receiver instanceof Text) return callScalar(evaluation, receiver, key, given);
    if (!isScalar(key)) throw new NotRead("it uses an object for the name of a method");
    return evaluation.call(evaluation.objects.getOf(receiver, key), receiver, given);
  }

  /** A list of names that is written down where it is asked whether it includes something. */
  #noteIncludes({ callee }: CallExpression, [sought]: readonly Thing[]): void {
    if (callee.type !== "MemberExpression" || callee.object.type !== "ArrayExpression") return;
    if (callee.property.type !== "Identifier" || callee.property.name !== "includes") return;
    for (const element of callee.object.elements) {
      if (element?.type === "Literal") this.#evaluation.compared(element, sought, element.value as Scalar);
    }
  }

  /** A chain of optional members and calls; `rest` is what comes behind it, skipped where the chain ends early. */
  #chain(node: Expression | Super | PrivateIdentifier, scope: HeapObject, rest: (thing: Thing) => Thing): Thing {
    const evaluation = this.#evaluation;
    const { paths, objects } = evaluation;
    const unlessNullish = (isOptional: boolean | undefined, thing: Thing, go: () => Thing): Thing =>
      isOptional === true ? paths.fork(objects.isNullish(thing), () => undefined, go) : go();
    if (node.type === "MemberExpression") {
      return this.#chain(node.object, scope, (object) =>
        unlessNullish(node.optional, object, () => rest(objects.get(paths.now(object), this.#key(node, scope)))),
      );
    }
    if (node.type !== "CallExpression") return rest(evaluation.evaluate(notSuper(node as Expression | Super), scope));
    const { callee } = node;
    const callWith = (callable: Thing, self: Thing): Thing =>
      unlessNullish(node.optional, callable, () =>
        rest(this.#withArguments(node.arguments, scope, (given) => evaluation.call(callable, self, given))),
      );
    if (callee.type !== "MemberExpression") return this.#chain(callee, scope, (thing) => callWith(thing, undefined));
    return this.#chain(callee.object, scope, (object) =>
      unlessNullish(callee.optional, object, () => {
        const self = paths.now(object);
        if (node.optional === true) return callWith(objects.get(self, this.#key(callee, scope)), self);
        return rest(this.#callMember(self, this.#key(callee, scope), node, scope));
      }),
    );
  }

  // ------------------------------------------------------------------------------------------------ conditions

  #logical(node: LogicalExpression, scope: HeapObject): Thing {
    const evaluation = this.#evaluation;
    const { paths } = evaluation;
    const left = evaluation.evaluate(node.left, scope);
    const right = (): Thing => evaluation.evaluate(node.right, scope);
    if (node.operator === "??") return paths.fork(evaluation.objects.isNullish(left), right, () => paths.now(left));
    const isTrue = evaluation.truthy(left);
    return node.operator === "&&"
      ? paths.fork(isTrue, right, () => this.#side(left, false))
      : paths.fork(isTrue, () => this.#side(left, true), right);
  }

  /** A value where it is known to count as true, or as false. */
  #side(given: Thing, isTrue: boolean): Thing {
    const { paths } = this.#evaluation;
    const thing = paths.now(given);
    if (!(thing instanceof Term)) return thing;
    if (thing.isBoolean) return isTrue;
    const values = paths.facts.possible(thing)?.filter((value) => Boolean(value) === isTrue);
    return values?.length === 1 ? values[0] : thing;
  }

  // ------------------------------------------------------------------------------------------------ assignments

  #assignment(node: AssignmentExpression, scope: HeapObject): Thing {
    const evaluation = this.#evaluation;
    const { left, operator, right } = node;
    if (operator === "=") {
      if (left.type === "MemberExpression") {
        const object = evaluation.evaluate(notSuper(left.object), scope);
        const key = this.#key(left, scope);
        const value = evaluation.evaluate(right, scope);
        evaluation.visit(node);
        evaluation.objects.set(object, key, value);
        return value;
      }
      const value = evaluation.evaluate(right, scope);
      evaluation.visit(node);
      evaluation.bind(left, value, scope, true);
      return value;
    }
    const place = this.#place(left, scope);
    const old = place.get();
    const binary = operator.slice(0, -1);
    if (binary === "??" || binary === "||" || binary === "&&") {
      const isSet: Bool =
        binary === "??"
          ? evaluation.objects.isNullish(old)
          : binary === "||"
            ? evaluation.paths.terms.not(evaluation.truthy(old))
            : evaluation.truthy(old);
      return evaluation.paths.fork(
        isSet,
        () => {
          const value = evaluation.evaluate(right, scope);
          place.set(value);
          return value;
        },
        () => evaluation.paths.now(old),
      );
    }
    const value = evaluation.scalars.binary(binary, old, evaluation.evaluate(right, scope));
    evaluation.visit(node);
    place.set(value);
    return value;
  }

  #update(node: UpdateExpression, scope: HeapObject): Thing {
    const place = this.#place(node.argument as Pattern, scope);
    const old = this.#evaluation.number(place.get());
    const next = this.#evaluation.scalars.arithmetic(node.operator === "++" ? "+" : "-", old, 1);
    this.#evaluation.visit(node);
    place.set(next);
    return node.prefix ? next : old;
  }

  /** A reference that can be read and written again; its parts are evaluated once. */
  #place(node: Pattern, scope: HeapObject): { get(): Thing; set(value: Thing): void } {
    const evaluation = this.#evaluation;
    if (node.type === "Identifier") {
      const { name } = node;
      return {
        get: () => evaluation.variable(name, scope),
        set: (value) => evaluation.assign(name, value, scope),
      };
    }
    if (node.type !== "MemberExpression") throw new NotRead("it updates an expression of an unknown form");
    const object = evaluation.evaluate(notSuper(node.object), scope);
    const key = this.#key(node, scope);
    return {
      get: () => evaluation.objects.get(object, key),
      set: (value) => evaluation.objects.set(object, key, value),
    };
  }

  // ------------------------------------------------------------------------------------------------ literals

  #template(node: TemplateLiteral, scope: HeapObject): Thing {
    const { scalars } = this.#evaluation;
    let text: Thing = node.quasis[0]?.value.cooked ?? "";
    for (const [index, expression] of node.expressions.entries()) {
      text = scalars.add(text, scalars.text(this.#evaluation.evaluate(expression, scope)));
      const more = node.quasis[index + 1]?.value.cooked ?? "";
      if (more !== "") text = scalars.add(text, more);
    }
    return text;
  }

  #object(node: ObjectExpression, scope: HeapObject): Thing {
    const evaluation = this.#evaluation;
    const { paths, objects } = evaluation;
    const record = new HeapObject("record");
    for (const property of node.properties) {
      if (property.type === "SpreadElement") {
        const from = paths.now(evaluation.evaluate(property.argument, scope));
        if (isConstant(from) && typeof from !== "string") continue;
        for (const name of objects.keysOf(from)) record.slots.set(name, objects.get(from, name));
        continue;
      }
      if (property.kind !== "init") throw new NotRead("it makes an object with an accessor");
      const key = property.computed ? paths.now(evaluation.evaluate(property.key, scope)) : staticKey(property.key);
      if (!isConstant(key) || typeof key === "symbol") {
        throw new NotRead("it makes an object with a name that depends on the state");
      }
      if (key === "__proto__") throw new NotRead("it sets a prototype");
      record.slots.set(String(key), evaluation.evaluate(property.value, scope));
    }
    return record;
  }

  #array(node: ArrayExpression, scope: HeapObject): Thing {
    const { paths, iteration, objects } = this.#evaluation;
    let data: ListData = { elements: [], length: 0 };
    for (const element of node.elements) {
      if (element === null) throw new NotRead("it makes an array with a missing element");
      const part =
        element.type === "SpreadElement"
          ? iteration.elementsOf(this.#evaluation.evaluate(element.argument, scope))
          : { elements: [this.#evaluation.evaluate(element, scope)], length: 1 };
      data = concatenated(paths, data, part);
    }
    return objects.list(data.elements, data.length);
  }
}

const COMPARISONS = new Set(["===", "!==", "==", "!="]);

function literal(node: Literal & AnyNode): Scalar {
  if (node.regex != null) throw new NotRead("it uses a regular expression");
  if (node.bigint != null) throw new NotRead("it uses a bigint");
  return node.value as Scalar;
}

/** `this` in a scope. */
function selfOf(from: HeapObject): Thing {
  for (let scope: HeapObject | undefined = from; scope !== undefined; scope = scope.parent) {
    if (scope.isCall) return scope.self;
  }
  return undefined;
}
