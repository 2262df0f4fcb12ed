import { alike, constant, equal, not, or, typeOf } from "../expressions.ts";
import { conjuncts } from "./cube.ts";
import type { Expression, Variable } from "../system.ts";

/**
 * A condition on states as a sentence in the terms of the model: "for every device d: if device[d].stage is written, then
 * device[d].address is device[d].newCpu". Of a claim that some things are never true together, the conclusion is what is
 * negated.
 */
export function sentenceOf(condition: Expression): string {
  const variables: Variable[] = [];
  let body = condition;
  while (body.kind === "every") {
    variables.push(body.variable);
    body = body.body;
  }
  const names = new Naming();
  const scope = names.named(variables);
  const claim = claimText(body, scope, names);
  return variables.length === 0 ? claim : `for ${names.listed(variables, scope, "every")}: ${claim}`;
}

type Scope = ReadonlyMap<Variable, string>;

/** Short names for variables: the first letter of the sort, then a number where it is taken. */
class Naming {
  named(variables: readonly Variable[], outer: Scope = new Map()): Scope {
    const scope = new Map(outer);
    const taken = new Set(outer.values());
    for (const one of variables) {
      const letter = one.sort.name.charAt(0).toLowerCase();
      let name = letter;
      for (let count = 2; taken.has(name); count++) name = `${letter}${count}`;
      taken.add(name);
      scope.set(one, name);
    }
    return scope;
  }

  /** "every device d and d2, and cpu c" */
  listed(variables: readonly Variable[], scope: Scope, quantifier: string): string {
    const bySort = new Map<string, string[]>();
    for (const one of variables) {
      bySort.set(one.sort.name, [...(bySort.get(one.sort.name) ?? []), scope.get(one) as string]);
    }
    return Array.from(bySort, ([sort, own]) => `${quantifier} ${sort} ${own.join(", ")}`).join(" and ");
  }
}

function claimText(body: Expression, scope: Scope, names: Naming): string {
  if (body.kind === "not") return neverText(conjuncts(body.operand), scope, names);
  if (body.kind === "or") return neverText(body.operands.map(negation), scope, names);
  return text(body, scope, names);
}

/** The claim that these are never true together. */
function neverText(given: readonly Expression[], scope: Scope, names: Naming): string {
  const terms = withJoinedTests(given);
  const isConclusion = (term: Expression): boolean =>
    term.kind === "not" && !isDifference(term) && namesOf(term.operand) === undefined;
  const first = terms.filter(isConclusion);
  const others = terms.filter((term) => term.kind === "every");
  // Of tests alone, the last one is the conclusion.
  const conclusions = first.length > 0 ? first : others.length > 0 ? others : terms.slice(-1);
  const premises = terms.filter((term) => !conclusions.includes(term));
  const conclusion = joined(conclusions.map(negation), "or", scope, names);
  return premises.length === 0 ? conclusion : `if ${joined(premises, "and", scope, names)}, then ${conclusion}`;
}

/** Terms in which several tests of one cell for names are one test, for the fewer names. */
function withJoinedTests(terms: readonly Expression[]): Expression[] {
  const tests: { readonly value: Expression; names: readonly string[]; readonly all: readonly string[] }[] = [];
  const result: Expression[] = [];
  for (const term of terms) {
    const list = namesOf(term.kind === "not" ? term.operand : term);
    const type = list === undefined ? undefined : typeOf(list.value);
    if (list === undefined || type?.kind !== "names") {
      result.push(term);
      continue;
    }
    const names = type.names.filter((name) => list.names.includes(name) === (term.kind !== "not"));
    const known = tests.find(({ value }) => alike(value, list.value));
    if (known === undefined) tests.push({ value: list.value, names, all: type.names });
    else known.names = known.names.filter((name) => names.includes(name));
  }
  return [...tests.map(testOf), ...result];
}

function testOf({
  value,
  names,
  all,
}: {
  readonly value: Expression;
  readonly names: readonly string[];
  readonly all: readonly string[];
}): Expression {
  const isShort = names.length * 2 <= all.length;
  const chosen = isShort ? names : all.filter((name) => !names.includes(name));
  const type = typeOf(value);
  const test = or(...chosen.map((name) => equal(value, constant(name, type))));
  return isShort ? test : not(test);
}

/** Whether it says that two elements differ. */
function isDifference(term: Expression): boolean {
  return (
    term.kind === "not" &&
    term.operand.kind === "equal" &&
    (term.operand.left.kind === "variable" || term.operand.right.kind === "variable") &&
    [term.operand.left, term.operand.right].every((side) => side.kind === "variable")
  );
}

function negation(one: Expression): Expression {
  switch (one.kind) {
    case "not":
      return one.operand;
    case "and":
      return { kind: "or", operands: one.operands.map(negation) };
    case "or":
      return { kind: "and", operands: one.operands.map(negation) };
    case "some":
      return { ...one, kind: "every", body: negation(one.body) };
    case "every":
      return { ...one, kind: "some", body: negation(one.body) };
    default:
      return { kind: "not", operand: one };
  }
}

function joined(terms: readonly Expression[], word: "and" | "or", scope: Scope, names: Naming): string {
  return terms.map((term) => nested(term, word, scope, names)).join(` ${word} `);
}

/** In parentheses where it would be misread beside the word. */
function nested(term: Expression, word: "and" | "or", scope: Scope, names: Naming): string {
  const inner = text(term, scope, names);
  const list = namesOf(term);
  const isCompound = (term.kind === "and" || term.kind === "or" || term.kind === "choice") && term.kind !== word;
  const isQuantified = term.kind === "some" || term.kind === "every";
  return (isCompound && list === undefined) || isQuantified ? `(${inner})` : inner;
}

function text(one: Expression, scope: Scope, names: Naming): string {
  switch (one.kind) {
    case "constant":
      return String(one.value);
    case "variable":
      return scope.get(one.variable) ?? one.variable.name;
    case "read": {
      let place = 0;
      return one.cell.name.replaceAll("[]", () => `[${text(one.indices[place++] as Expression, scope, names)}]`);
    }
    case "equal":
      return isText(one.left, one.right, "is", scope, names);
    case "not":
      return negatedText(one.operand, scope, names);
    case "and":
    case "or": {
      const list = namesOf(one);
      if (list !== undefined) return `${text(list.value, scope, names)} is ${list.names.join(" or ")}`;
      return joined(one.operands, one.kind, scope, names);
    }
    case "choice":
      return `${nested(one.then, "and", scope, names)} if ${text(one.condition, scope, names)}, else ${nested(one.otherwise, "and", scope, names)}`;
    case "is-index":
      return `${text(one.operand, scope, names)} is an index`;
    case "some":
    case "every": {
      const variables: Variable[] = [];
      let body: Expression = one;
      while (body.kind === one.kind) {
        variables.push(body.variable);
        body = body.body;
      }
      const inner = names.named(variables, scope);
      return one.kind === "some"
        ? `${names.listed(variables, inner, "some")} has ${text(body, inner, names)}`
        : `for ${names.listed(variables, inner, "every")}: ${claimText(body, inner, names)}`;
    }
  }
}

/** The cell comes first, its value second. */
function isText(left: Expression, right: Expression, word: string, scope: Scope, names: Naming): string {
  const [one, other] = left.kind === "variable" && right.kind === "read" ? [right, left] : [left, right];
  return `${text(one, scope, names)} ${word} ${text(other, scope, names)}`;
}

function negatedText(one: Expression, scope: Scope, names: Naming): string {
  const list = namesOf(one);
  if (list !== undefined) return `${text(list.value, scope, names)} is not ${list.names.join(" or ")}`;
  switch (one.kind) {
    case "read":
      return `not ${text(one, scope, names)}`;
    case "equal":
      return isText(one.left, one.right, "is not", scope, names);
    case "is-index":
      return `${text(one.operand, scope, names)} is no index`;
    case "some":
    case "every":
    case "and":
    case "or":
      return text(negation(one), scope, names);
    default:
      return `not (${text(one, scope, names)})`;
  }
}

/** A cell and names that it may have: "stage is addressed or written". */
function namesOf(one: Expression): { readonly value: Expression; readonly names: readonly string[] } | undefined {
  const tests = one.kind === "or" ? one.operands : [one];
  const found = tests.map((test) =>
    test.kind === "equal" && test.right.kind === "constant" && typeof test.right.value === "string"
      ? { value: test.left, name: test.right.value }
      : undefined,
  );
  const value = found[0]?.value;
  if (value === undefined) return undefined;
  const names = found.flatMap((test) => (test !== undefined && alike(test.value, value) ? [test.name] : []));
  return names.length === tests.length ? { value, names } : undefined;
}
