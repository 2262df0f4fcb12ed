import type { Pattern } from "acorn";
import { NotRead } from "../../terms/index.ts";
import type { Evaluation } from "./evaluation.ts";
import { Refused } from "../values/refused.ts";
import { notSuper, staticKey } from "../source/syntax.ts";
import { MAYBE_UNDECLARED, UNDECLARED, type HeapObject, type Thing } from "../values/values.ts";

/** Variables, and the patterns that give them values. */
export class Variables {
  readonly #evaluation: Evaluation;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  get(name: string, from: HeapObject): Thing {
    const scope = find(name, from);
    if (!scope.slots.has(name)) return this.#captured(name, scope);
    const content = scope.slots.get(name);
    if (content === UNDECLARED) this.#evaluation.paths.throw();
    if (content === MAYBE_UNDECLARED) throw new NotRead(`it uses ${name}, which is not declared on all paths`);
    return content as Thing;
  }

  #captured(name: string, scope: HeapObject): Thing {
    const value = scope.captured?.get(name) as Thing;
    if (typeof value === "bigint" || typeof value === "symbol") throw new NotRead(`it uses a ${typeof value}`);
    this.#evaluation.objects.captures.name(value, name);
    return value;
  }

  assign(name: string, value: Thing, from: HeapObject): void {
    const { paths } = this.#evaluation;
    const scope = find(name, from);
    if (!scope.slots.has(name)) throw new Refused(`changes the variable ${name}, which is outside itself`);
    if (scope.slots.get(name) === UNDECLARED || scope.constants?.has(name) === true) paths.throw();
    if (scope.slots.get(name) === MAYBE_UNDECLARED) throw new NotRead(`it changes ${name} before it is declared`);
    paths.put(scope, name, value);
  }

  /** Gives values to the names of a pattern; `assigns`: they exist already. */
  bind(pattern: Pattern, value: Thing, scope: HeapObject, assigns = false): void {
    const evaluation = this.#evaluation;
    const { objects, paths } = evaluation;
    switch (pattern.type) {
      case "Identifier":
        if (assigns) this.assign(pattern.name, value, scope);
        else paths.put(scope, pattern.name, value);
        return;
      case "MemberExpression": {
        const object = evaluation.evaluate(notSuper(pattern.object), scope);
        evaluation.setMember(pattern, object, scope, value);
        return;
      }
      case "AssignmentPattern": {
        const bound = paths.fork(
          evaluation.same(value, undefined),
          () => evaluation.evaluate(pattern.right, scope),
          () => paths.now(value),
        );
        this.bind(pattern.left, bound, scope, assigns);
        return;
      }
      case "ObjectPattern": {
        const object = objects.present(value);
        const taken: string[] = [];
        for (const property of pattern.properties) {
          if (property.type === "RestElement") {
            const names = objects.keysOf(object).filter((name) => !taken.includes(name));
            const rest = objects.record(names.map((name) => [name, objects.get(object, name)]));
            this.bind(property.argument, rest, scope, assigns);
            continue;
          }
          const key = property.computed ? paths.now(evaluation.evaluate(property.key, scope)) : staticKey(property.key);
          taken.push(String(key));
          this.bind(property.value, objects.get(object, key), scope, assigns);
        }
        return;
      }
      case "ArrayPattern":
        this.#bindElements(pattern, value, scope, assigns);
        return;
      case "RestElement":
        throw new NotRead("it has a rest pattern of an unknown form");
    }
  }

  #bindElements(
    pattern: Pattern & { readonly type: "ArrayPattern" },
    value: Thing,
    scope: HeapObject,
    assigns: boolean,
  ): void {
    const { iteration, lists, objects, paths } = this.#evaluation;
    const hasRest = pattern.elements.some((element) => element?.type === "RestElement");
    if (hasRest) {
      // The rest is read before anything else can change it, unless an earlier part of the pattern does.
      const { elements, length } = iteration.elementsOf(value);
      const list = objects.list(elements, length);
      for (const [index, element] of pattern.elements.entries()) {
        if (element === null) continue;
        if (element.type !== "RestElement") {
          if (element.type === "MemberExpression") throw new NotRead("it takes the rest of a list in an assignment");
          this.bind(element, objects.getOf(list, index), scope, assigns);
        } else this.bind(element.argument, lists.method(list, "slice", [index]), scope, assigns);
      }
      return;
    }
    let rounds = iteration.rounds(value);
    if (!rounds.isDense) {
      const { elements, length } = iteration.elementsOf(value);
      rounds = iteration.rounds(objects.list(elements, length));
    }
    for (const [index, element] of pattern.elements.entries()) {
      const [isThere, one] = rounds.at(index) ?? [false, undefined];
      if (element !== null) this.bind(element, paths.merge(isThere, one, undefined), scope, assigns);
    }
  }
}

function find(name: string, from: HeapObject): HeapObject {
  for (let scope: HeapObject | undefined = from; scope !== undefined; scope = scope.parent) {
    if (scope.slots.has(name) || scope.captured?.has(name) === true) return scope;
  }
  throw new NotRead(`it uses ${name}, which is not visible`);
}
