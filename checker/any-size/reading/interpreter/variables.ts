import type { Pattern } from "acorn";
import { NotRead } from "../../../terms/index.ts";
import { elementsOf } from "../collections/elements.ts";
import type { Evaluation } from "./evaluation.ts";
import { get } from "../collections/members.ts";
import { namesIn } from "../collections/outside.ts";
import { isPrimitive, Thrown, type Scope, type Thing } from "../values/things.ts";

/** Variables: their values, and patterns that give them values. */
export class Variables {
  readonly #evaluation: Evaluation;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  get(name: string, from: Scope): Thing {
    for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
      if (scope.variables.has(name)) return scope.variables.get(name);
      if (scope.outside !== undefined) return scope.outside(name);
    }
    throw new NotRead(`it uses the variable ${name}, which is not defined`);
  }

  assign(name: string, value: Thing, from: Scope): void {
    for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
      if (!scope.variables.has(name)) continue;
      this.#evaluation.session.change(scope);
      scope.variables.set(name, value);
      return;
    }
    throw new NotRead(`it changes the variable ${name}, which is outside it`);
  }

  /** Gives the names of a pattern their values; with `assigns`, variables that exist. */
  bind(pattern: Pattern, value: Thing, scope: Scope, assigns = false): void {
    const { session } = this.#evaluation;
    switch (pattern.type) {
      case "Identifier":
        if (assigns) this.assign(pattern.name, value, scope);
        else scope.variables.set(pattern.name, value);
        return;
      case "AssignmentPattern":
        this.bind(
          pattern.left,
          value === undefined ? this.#evaluation.evaluate(pattern.right, scope) : value,
          scope,
          assigns,
        );
        return;
      case "MemberExpression":
        this.#evaluation.setMemberOf(pattern, value, scope);
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
          const key = this.#evaluation.key(property, scope);
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
}
