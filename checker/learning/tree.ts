import type { Diagram } from "./diagram.ts";
import { ASK, type Outcome } from "./outcome.ts";

/** What a function asks of the state: the value of a cell, or whether a predicate, already learned, holds. */
export type Question = number | Diagram;

/** A decision tree; undefined where nothing is known yet, or no state gets. */
export type Tree = Outcome | Test | undefined;

export interface Test {
  readonly kind: "test";
  readonly question: Question;
  readonly children: Tree[];
}

/** One run of a function. */
export interface Path {
  readonly outcome: Outcome;
  readonly questions: readonly Question[];
  readonly answers: readonly number[];
}

/** Where a state gets in a tree; undefined where nothing is known. */
export function follow(from: Tree, valueOf: (cell: number) => number): Outcome | undefined {
  let tree = from;
  while (tree?.kind === "test") {
    const { question } = tree;
    if (typeof question === "number") tree = tree.children[valueOf(question)];
    else {
      let node = question;
      while (node.kind === "branch") node = node.children[valueOf(node.cell)] as Diagram;
      if (node.outcome.kind === "ask") return ASK;
      tree = tree.children[node.outcome.kind === "hit" ? 1 : 0];
    }
  }
  return tree;
}

/**
 * Hangs a path into a tree.
 *
 * @returns the tree, or "differs" when the path asks something else than the tree where they are one
 */
export function grown(tree: Tree, { outcome, questions, answers }: Path): Tree | "differs" {
  let above: Test | undefined;
  let here = tree;
  let depth = 0;
  while (here?.kind === "test") {
    if (questions[depth] !== here.question) return "differs";
    above = here;
    here = here.children[answers[depth] as number];
    depth++;
  }
  if (here !== undefined) return tree;
  let rest: Tree = outcome;
  for (let position = questions.length - 1; position >= depth; position--) {
    const test: Test = { kind: "test", question: questions[position] as Question, children: [] };
    test.children[answers[position] as number] = rest;
    rest = test;
  }
  if (above === undefined) return rest;
  above.children[answers[depth - 1] as number] = rest;
  return tree;
}
