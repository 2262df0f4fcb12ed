import type {
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
  Pattern,
  VariableDeclaration,
} from "acorn";
import { NotRead } from "../../terms/index.ts";
import { HeapObject, UNDECLARED, type Thing } from "./values.ts";

export type AnyFunction = ArrowFunctionExpression | FunctionExpression | FunctionDeclaration;

/** The variables that a block or a function declares. */
interface Declared {
  /** Of `let`, `const` and classes, and parameters: reading one before its declaration throws. */
  readonly lexical: readonly string[];
  readonly constants: ReadonlySet<string>;
  readonly functions: readonly FunctionDeclaration[];
}

const NONE: ReadonlySet<string> = new Set();

/** A scope of the variables that a list of statements declares; functions are ready, others are not declared yet. */
export function blockScope(
  statements: readonly AnyNode[],
  parent: HeapObject,
  closure: (node: FunctionDeclaration, scope: HeapObject) => Thing,
): HeapObject {
  const scope = new HeapObject("scope", parent);
  enter(statements, scope, closure);
  return scope;
}

/** The same in a scope that exists: a function's own, with its parameters. */
export function enter(
  statements: readonly AnyNode[],
  scope: HeapObject,
  closure: (node: FunctionDeclaration, scope: HeapObject) => Thing,
): void {
  const { lexical, constants, functions } = declaredIn(statements);
  for (const name of lexical) scope.slots.set(name, UNDECLARED);
  if (constants.size > 0) {
    scope.constants = scope.constants === undefined ? constants : new Set([...scope.constants, ...constants]);
  }
  for (const one of functions) scope.slots.set(one.id.name, closure(one, scope));
}

/** A scope of the variables of a declaration at the head of a loop. */
export function loopScope(declaration: VariableDeclaration, parent: HeapObject): HeapObject {
  const scope = new HeapObject("scope", parent);
  if (declaration.kind === "var") return scope;
  for (const { id } of declaration.declarations) for (const name of namesOf(id)) scope.slots.set(name, UNDECLARED);
  if (declaration.kind === "const") scope.constants = constantsOf(declaration);
  return scope;
}

/** The names of a function's parameters. */
export function parametersOf(node: AnyFunction): readonly string[] {
  return remembered(parameters, node, () => node.params.flatMap((one) => [...namesOf(one)]));
}

/** The names of a function's `var`s, wherever they stand in it. */
export function varsOf(node: AnyFunction): readonly string[] {
  return remembered(vars, node, () => {
    const names = new Set<string>();
    collectVars(node.body, names);
    return [...names];
  });
}

const declared = new WeakMap<readonly AnyNode[], Declared>();
const constantNames = new WeakMap<VariableDeclaration, ReadonlySet<string>>();
const parameters = new WeakMap<AnyFunction, readonly string[]>();
const vars = new WeakMap<AnyFunction, readonly string[]>();

function remembered<Key extends object, Result>(known: WeakMap<Key, Result>, key: Key, make: () => Result): Result {
  let result = known.get(key);
  if (result === undefined) known.set(key, (result = make()));
  return result;
}

function constantsOf(declaration: VariableDeclaration): ReadonlySet<string> {
  return remembered(
    constantNames,
    declaration,
    () => new Set(declaration.declarations.flatMap(({ id }) => [...namesOf(id)])),
  );
}

function declaredIn(statements: readonly AnyNode[]): Declared {
  return remembered(declared, statements, () => {
    const lexical: string[] = [];
    const constants = new Set<string>();
    const functions: FunctionDeclaration[] = [];
    for (const one of statements) {
      if (one.type === "FunctionDeclaration") functions.push(one as FunctionDeclaration);
      else if (one.type === "ClassDeclaration") lexical.push((one.id as { readonly name: string }).name);
      else if (one.type === "VariableDeclaration" && one.kind !== "var") {
        for (const { id } of one.declarations) {
          for (const name of namesOf(id)) {
            lexical.push(name);
            if (one.kind === "const") constants.add(name);
          }
        }
      }
    }
    return { lexical, constants: constants.size === 0 ? NONE : constants, functions };
  });
}

/** The names that a pattern gives values to. */
function* namesOf(pattern: Pattern): Iterable<string> {
  switch (pattern.type) {
    case "Identifier":
      yield pattern.name;
      return;
    case "AssignmentPattern":
      yield* namesOf(pattern.left);
      return;
    case "RestElement":
      yield* namesOf(pattern.argument);
      return;
    case "ArrayPattern":
      for (const element of pattern.elements) if (element !== null) yield* namesOf(element);
      return;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        yield* namesOf(property.type === "RestElement" ? property.argument : property.value);
      }
      return;
    default:
      throw new NotRead("it declares a pattern that is not a name");
  }
}

function collectVars(value: unknown, names: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const one of value) collectVars(one, names);
    return;
  }
  const node = value as AnyNode;
  if (typeof node.type !== "string" || node.type.includes("Function") || node.type.startsWith("Class")) return;
  if (node.type === "VariableDeclaration" && node.kind === "var") {
    for (const { id } of node.declarations) for (const name of namesOf(id)) names.add(name);
  }
  for (const part of Object.values(node)) collectVars(part, names);
}
