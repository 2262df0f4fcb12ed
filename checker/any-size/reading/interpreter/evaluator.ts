import type {
  AssignmentExpression,
  BinaryExpression,
  CallExpression,
  Expression,
  MemberExpression,
  ObjectExpression,
  Pattern,
  Property,
  SpreadElement,
  Super,
  TemplateLiteral,
  UnaryExpression,
} from "acorn";
import { because } from "../../../language/index.ts";
import { isCounter } from "../../../reading/source/instrumentation.ts";
import { CONSTRUCTS } from "../../../reading/source/syntax.ts";
import { NotRead } from "../../../terms/index.ts";
import { not } from "../values/expressions.ts";
import type { Evaluation } from "./evaluation.ts";
import { elementsOf, keptElement } from "../collections/elements.ts";
import { get } from "../collections/members.ts";
import { namesIn } from "../collections/outside.ts";
import { arithmetic, compare, concrete, same, truthy, typeOfThing } from "../values/operators.ts";
import { Closure, FAILURE, Host, isPrimitive, Scalar, TEXT, type Scope, type Thing } from "../values/things.ts";

/** Early end of an optional chain. */
const SHORT = Symbol("short");

/** Evaluates expressions. */
export class Evaluator {
  readonly #interpreter: Evaluation;

  constructor(interpreter: Evaluation) {
    this.#interpreter = interpreter;
  }

  evaluate(node: Expression, scope: Scope): Thing {
    const result = this.#evaluate(node, scope);
    return result === SHORT ? undefined : result;
  }

  #evaluate(node: Expression, scope: Scope): Thing | typeof SHORT {
    const interpreter = this.#interpreter;
    const { session } = interpreter;
    const { explorer } = session;
    interpreter.visit(node);
    switch (node.type) {
      case "Literal":
        if ("regex" in node && node.regex !== undefined) throw new NotRead("it uses a regular expression");
        if (typeof node.value === "bigint") throw new NotRead("it uses a big integer");
        return node.value as Thing;
      case "Identifier":
        return interpreter.lookUp(node.name, scope);
      case "ThisExpression":
        return interpreter.lookUp("this", scope);
      case "TemplateLiteral":
        return this.#template(node, scope);
      case "ParenthesizedExpression":
        return this.#evaluate(node.expression, scope);
      case "SequenceExpression":
        return node.expressions.reduce<Thing>((_, one) => this.evaluate(one, scope), undefined);
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        return new Closure(node, scope);
      case "ConditionalExpression": {
        const test = truthy(session, this.evaluate(node.test, scope));
        return this.evaluate(explorer.decide(test) ? node.consequent : node.alternate, scope);
      }
      case "LogicalExpression": {
        const left = this.evaluate(node.left, scope);
        if (node.operator === "??") return this.#isMissing(left) ? this.evaluate(node.right, scope) : left;
        const isTrue = explorer.decide(truthy(session, left));
        if (isTrue === (node.operator === "&&")) return this.evaluate(node.right, scope);
        // The value is known as far as it was just decided.
        return left instanceof Scalar && typeOfThing(session, left) === "boolean" ? isTrue : left;
      }
      case "UnaryExpression":
        return this.#unary(node, scope);
      case "BinaryExpression":
        return this.#binary(node, scope);
      case "AssignmentExpression":
        return this.#assignment(node, scope);
      case "UpdateExpression": {
        if (isCounter(node)) return 0;
        const before = concrete(session, this.evaluate(node.argument, scope), "counts by");
        if (typeof before !== "number") throw new NotRead("it counts by a value that is no number");
        const after = node.operator === "++" ? before + 1 : before - 1;
        interpreter.bind(node.argument as Pattern, after, scope, true);
        return node.prefix ? after : before;
      }
      case "ArrayExpression":
        return this.#array(node.elements, scope);
      case "ObjectExpression":
        return this.#object(node, scope);
      case "ChainExpression":
        return this.evaluate(node.expression, scope);
      case "MemberExpression": {
        const object = this.#evaluate(this.#notSuper(node.object), scope);
        if (object === SHORT || (node.optional && this.#isMissing(object))) return SHORT;
        return get(session, object, this.#memberKey(node, scope));
      }
      case "CallExpression":
        return this.#call(node, scope);
      case "NewExpression":
        return this.#construct(node.callee, scope);
      default:
        throw new NotRead(`it uses a ${CONSTRUCTS[node.type] ?? node.type}`);
    }
  }

  /** Whether a thing is null or undefined in this run. */
  #isMissing(thing: Thing): boolean {
    if (thing === undefined || thing === null) return true;
    const { session } = this.#interpreter;
    return thing instanceof Scalar && session.explorer.decide(same(session, thing, null));
  }

  #notSuper(node: Expression | Super): Expression {
    if (node.type === "Super") throw new NotRead("it uses super");
    return node;
  }

  #memberKey(node: MemberExpression, scope: Scope): Thing {
    if (node.property.type === "PrivateIdentifier") throw new NotRead("it uses a private member");
    if (node.computed) return this.evaluate(node.property, scope);
    return (node.property as { readonly name: string }).name;
  }

  key(property: { readonly key: Property["key"]; readonly computed: boolean }, scope: Scope): Thing {
    const { key } = property;
    if (property.computed) return this.evaluate(key, scope);
    return key.type === "Identifier" ? key.name : String((key as { readonly value: unknown }).value);
  }

  setMember(node: MemberExpression, value: Thing, scope: Scope): void {
    const object = this.evaluate(this.#notSuper(node.object), scope);
    this.#interpreter.setMember(object, this.#memberKey(node, scope), value);
  }

  #template({ quasis, expressions }: TemplateLiteral, scope: Scope): Thing {
    let text = quasis[0]?.value.cooked ?? "";
    for (const [at, one] of expressions.entries()) {
      const value = this.evaluate(one, scope);
      if (!isPrimitive(value)) return TEXT;
      text += String(value) + (quasis[at + 1]?.value.cooked ?? "");
    }
    return text;
  }

  #unary(node: UnaryExpression, scope: Scope): Thing {
    const { session } = this.#interpreter;
    const value = this.evaluate(node.argument, scope);
    switch (node.operator) {
      case "!": {
        const negation = session.explorer.facts.simplify(not(truthy(session, value)));
        return negation.kind === "constant" ? (negation.value as boolean) : new Scalar(negation);
      }
      case "typeof":
        return typeOfThing(session, value);
      case "void":
        return undefined;
      case "-":
        return arithmetic(session, "-", 0, value);
      case "+":
        return arithmetic(session, "-", value, 0);
      default:
        throw new NotRead(`it uses the operator ${node.operator}`);
    }
  }

  #binary(node: BinaryExpression, scope: Scope): Thing {
    const { session } = this.#interpreter;
    const left = this.evaluate(node.left as Expression, scope);
    const right = this.evaluate(node.right, scope);
    this.#interpreter.visit(node);
    const fromExpression = (expression: Parameters<typeof not>[0]): Thing => {
      const simple = session.explorer.facts.simplify(expression);
      return simple.kind === "constant" ? (simple.value as boolean) : new Scalar(simple);
    };
    switch (node.operator) {
      case "==":
      case "!=":
        if (![left, right].some((one) => one === null || one === undefined)) {
          throw new NotRead(`it uses ${node.operator}: use ${node.operator}=`);
        }
        return this.#isMissing(left === null || left === undefined ? right : left) === (node.operator === "==");
      case "===":
        return fromExpression(same(session, left, right));
      case "!==":
        return fromExpression(not(same(session, left, right)));
      case "<":
      case "<=":
      case ">":
      case ">=":
        return fromExpression(compare(session, node.operator, left, right));
      case "in":
      case "instanceof":
        throw new NotRead(`it uses the operator ${node.operator}`);
      default:
        return arithmetic(session, node.operator, left, right);
    }
  }

  #assignment(node: AssignmentExpression, scope: Scope): Thing {
    const interpreter = this.#interpreter;
    const { session } = interpreter;
    const { left, operator } = node;
    if (operator === "=") {
      if (left.type === "MemberExpression") {
        const object = this.evaluate(this.#notSuper(left.object), scope);
        const key = this.#memberKey(left, scope);
        const value = this.evaluate(node.right, scope);
        interpreter.visit(node);
        interpreter.setMember(object, key, value);
        return value;
      }
      const value = this.evaluate(node.right, scope);
      interpreter.bind(left, value, scope, true);
      return value;
    }
    const before = this.evaluate(left as Expression, scope);
    if (operator === "&&=" || operator === "||=" || operator === "??=") {
      const isKept =
        operator === "??="
          ? !this.#isMissing(before)
          : session.explorer.decide(truthy(session, before)) === (operator === "||=");
      if (isKept) return before;
      const value = this.evaluate(node.right, scope);
      interpreter.bind(left, value, scope, true);
      return value;
    }
    const value = arithmetic(session, operator.slice(0, -1), before, this.evaluate(node.right, scope));
    interpreter.bind(left, value, scope, true);
    return value;
  }

  #array(elements: readonly (Expression | SpreadElement | null)[], scope: Scope): Thing {
    const { session } = this.#interpreter;
    const items: Thing[] = [];
    for (const element of elements) {
      if (element?.type !== "SpreadElement") {
        items.push(element === null ? undefined : this.evaluate(element, scope));
        continue;
      }
      const array = this.evaluate(element.argument, scope);
      const spread = elementsOf(session, array);
      if (spread.kind === "list") items.push(...spread.items);
      else if (elements.length === 1) {
        return session.table(spread.sort, keptElement(session, array, spread), spread.condition);
      } else throw new NotRead("it joins an array over a dimension with another");
    }
    return session.list(items);
  }

  #object({ properties }: ObjectExpression, scope: Scope): Thing {
    const { session } = this.#interpreter;
    const local = session.local();
    for (const property of properties) {
      if (property.type === "SpreadElement") {
        const value = this.evaluate(property.argument, scope);
        for (const name of namesIn(value)) local.fields.set(name, get(session, value, name));
        continue;
      }
      if (property.kind !== "init") throw new NotRead("it makes an object with a getter or a setter");
      const key = this.key(property, scope);
      if (!isPrimitive(key)) throw new NotRead("it makes an object with a field whose name depends on the state");
      local.fields.set(String(key), this.evaluate(property.value, scope));
    }
    return local;
  }

  #call(node: CallExpression, scope: Scope): Thing | typeof SHORT {
    const interpreter = this.#interpreter;
    const { session } = interpreter;
    const callee = this.#notSuper(node.callee);
    let self: Thing = undefined;
    let callable: Thing;
    if (callee.type === "MemberExpression") {
      const object = this.#evaluate(this.#notSuper(callee.object), scope);
      if (object === SHORT || (callee.optional && this.#isMissing(object))) return SHORT;
      self = object;
      const key = this.#memberKey(callee, scope);
      interpreter.visit(node);
      callable = get(session, self, key);
    } else {
      const found = this.#evaluate(callee, scope);
      if (found === SHORT) return SHORT;
      callable = found;
    }
    if (node.optional && this.#isMissing(callable)) return SHORT;
    // A reason is a text for people: nothing depends on it.
    if (callable instanceof Host && callable.samples[0]?.value === because) return FAILURE;
    const given = this.#arguments(node.arguments, scope);
    interpreter.visit(node);
    return interpreter.call(callable, self, given);
  }

  #arguments(nodes: readonly (Expression | SpreadElement)[], scope: Scope): Thing[] {
    const { session } = this.#interpreter;
    return nodes.flatMap((node) => {
      if (node.type !== "SpreadElement") return [this.evaluate(node, scope)];
      const elements = elementsOf(session, this.evaluate(node.argument, scope));
      if (elements.kind === "sort") throw new NotRead("it gives an array over a dimension as single arguments");
      return [...elements.items];
    });
  }

  #construct(callee: Expression | Super, scope: Scope): Thing {
    const { session } = this.#interpreter;
    const callable = this.evaluate(this.#notSuper(callee), scope);
    const made = callable instanceof Host ? callable.samples[0]?.value : undefined;
    // What is made to be thrown.
    if (typeof made === "function" && (made === Error || made.prototype instanceof Error)) return session.local();
    throw new NotRead("it makes an object with new");
  }
}
