import { all, because, every, holds, implies, reasonOf } from "../../../language/index.ts";
import type { Callable } from "../../../reading/source/source.ts";
import { impurityOf } from "../../../reading/source/impure.ts";
import { NotRead } from "../../../terms/index.ts";
import type { Expression } from "../../system.ts";
import { conditionOn } from "../collections/quantifiers.ts";
import { every as forEvery, freshVariable, variable } from "../values/expressions.ts";
import type { Evaluation } from "./evaluation.ts";
import { elementsOf, keptElement } from "../collections/elements.ts";
import { get } from "../collections/members.ts";
import { namesIn } from "../collections/outside.ts";
import { template } from "../collections/templates.ts";
import { concrete, same, truthy } from "../values/operators.ts";
import type { Session } from "../values/session.ts";
import {
  Failure,
  FAILURE,
  type Host,
  isPrimitive,
  List,
  Local,
  Place,
  Scalar,
  Size,
  Table,
  TEXT,
  type Thing,
} from "../values/things.ts";

type Intrinsic = (interpreter: Evaluation, given: readonly Thing[], host: Host) => Thing;

/** Meaning of a function whose source is not read. */
export function builtinOf(callable: Callable): Intrinsic | undefined {
  const own = INTRINSICS.get(callable);
  if (own !== undefined) return own;
  const impurity = impurityOf(callable);
  if (impurity !== undefined) throw new NotRead(`it ${impurity}`);
  return OF_NUMBERS.has(callable) ? (interpreter, given) => ofNumbers(interpreter, callable, given) : undefined;
}

const OF_NUMBERS: ReadonlySet<unknown> = new Set([
  Number, Number.isInteger, Number.isFinite, Number.isSafeInteger, Number.isNaN, Math.floor, Math.ceil, Math.abs, Math.trunc, Math.sign,
  Math.round, Math.min, Math.max,
]); // prettier-ignore

/** Those that are true of every index. */
const TRUE_OF_INDICES: ReadonlySet<unknown> = new Set([Number.isInteger, Number.isFinite, Number.isSafeInteger]);

function ofNumbers({ session }: Evaluation, callable: Callable, given: readonly Thing[]): Thing {
  const [one] = given;
  if (one instanceof Scalar && TRUE_OF_INDICES.has(callable)) {
    const { names, isElement } = session.explorer.facts.valuesOf(one.expression);
    if (isElement && names.length === 0) return true;
  }
  const values = given.map((thing) => concrete(session, thing, "computes with"));
  if (!values.every(isPrimitive)) throw new NotRead(`it calls ${callable.name} with something that is no number`);
  return (callable as (...given: unknown[]) => Thing)(...values);
}

const INTRINSICS = new Map<unknown, Intrinsic>([
  [because, () => FAILURE],
  [holds, (interpreter, [judgement]) => isPositive(interpreter, judgement)],
  [reasonOf, (_, [judgement]) => (judgement instanceof Failure ? TEXT : undefined)],
  [all, (interpreter, [conjuncts]) => allOf(interpreter, conjuncts)],
  [every, (interpreter, given) => everyOf(interpreter, given)],
  [
    implies,
    (interpreter, [antecedent, consequent]) => {
      const { session } = interpreter;
      return session.explorer.decide(truthy(session, antecedent)) ? interpreter.call(consequent, undefined, []) : true;
    },
  ],
  [Boolean, ({ session }, [thing]) => fromCondition(session, truthy(session, thing))],
  [String, (_, [thing]) => (isPrimitive(thing) ? String(thing) : TEXT)],
  [Array.isArray, (_, [thing]) => isArray(thing)],
  [Array.from, (interpreter, given) => arrayFrom(interpreter, given)],
  [Array.of, ({ session }, given) => session.list(given)],
  [Object.keys, ({ session }, [thing]) => session.list(namesIn(thing))],
  [Object.values, ({ session }, [thing]) => session.list(namesIn(thing).map((name) => get(session, thing, name)))],
  [
    Object.entries,
    ({ session }, [thing]) =>
      session.list(namesIn(thing).map((name) => session.list([name, get(session, thing, name)]))),
  ],
  [
    Object.assign,
    (interpreter, [target, ...sources]) => {
      const { session } = interpreter;
      for (const source of sources) {
        if (source === undefined || source === null) continue;
        for (const name of namesIn(source)) interpreter.setMember(target, name, get(session, source, name));
      }
      return target;
    },
  ],
  [Object.freeze, (_, [thing]) => thing],
  [Object.hasOwn, (_, [thing, name]) => namesIn(thing).includes(String(name))],
]);

function fromCondition(session: Session, given: Expression): Thing {
  const condition = session.explorer.facts.simplify(given);
  return condition.kind === "constant" ? (condition.value as boolean) : new Scalar(condition);
}

/** Whether a judgement is positive. */
function isPositive({ session }: Evaluation, judgement: Thing): Thing {
  return fromCondition(session, same(session, judgement, true));
}

function allOf(interpreter: Evaluation, conjuncts: Thing): Thing {
  const { session } = interpreter;
  for (const name of namesIn(conjuncts)) {
    const judgement = interpreter.call(get(session, conjuncts, name), undefined, []);
    if (!session.explorer.decide(same(session, judgement, true))) return FAILURE;
  }
  return true;
}

function everyOf(interpreter: Evaluation, [items, predicate]: readonly Thing[]): Thing {
  const { session } = interpreter;
  const elements = elementsOf(session, items);
  if (elements.kind === "list") {
    for (const [at, item] of elements.items.entries()) {
      const judgement = interpreter.call(predicate, undefined, [item, at]);
      if (!session.explorer.decide(same(session, judgement, true))) return FAILURE;
    }
    return true;
  }
  const { sort, element, condition } = elements;
  if (condition !== undefined) throw new NotRead(`it judges a part of the ${sort.name}s by their positions`);
  const positive = conditionOn(session, sort, (index) =>
    isPositive(interpreter, interpreter.call(predicate, undefined, [element(index), new Scalar(index)])),
  );
  const own = freshVariable(sort);
  return session.explorer.decide(forEvery(own, positive(variable(own)))) ? true : FAILURE;
}

function isArray(thing: Thing): boolean {
  if (thing instanceof List || thing instanceof Table) return true;
  if (thing instanceof Place) return ["function", "array", "sequence"].includes(thing.node.kind);
  return typeof thing === "object" && thing !== null && "samples" in thing && Array.isArray(thing.samples[0]?.value);
}

function arrayFrom(interpreter: Evaluation, [from, callable]: readonly Thing[]): Thing {
  const { session } = interpreter;
  const call = (item: Thing, at: Thing): Thing =>
    callable === undefined ? item : interpreter.call(callable, undefined, [item, at]);
  const length = from instanceof Local ? from.fields.get("length") : undefined;
  if (length instanceof Size) {
    const { sort } = length;
    return session.table(
      sort,
      template(session, sort, (index) => call(undefined, new Scalar(index))),
    );
  }
  if (from instanceof Local) {
    const count = concrete(session, length, "makes an array of as many elements as");
    if (typeof count !== "number") throw new NotRead("it makes an array of a length that is no number");
    return session.list(Array.from({ length: count }, (_, at) => call(undefined, at)));
  }
  const elements = elementsOf(session, from);
  if (elements.kind === "list") return session.list(elements.items.map(call));
  if (callable === undefined) {
    return session.table(elements.sort, keptElement(session, from, elements), elements.condition);
  }
  if (elements.condition !== undefined) throw new NotRead(`it makes an array of a part of the ${elements.sort.name}s`);
  return session.table(
    elements.sort,
    template(session, elements.sort, (index) => call(elements.element(index), new Scalar(index))),
  );
}
