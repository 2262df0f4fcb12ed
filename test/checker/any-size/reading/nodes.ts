/** A family of models over a number of nodes and of slots, whose action and property a test gives. */
import {
  array,
  boolean,
  family,
  integer,
  model,
  oneOf,
  optional,
  range,
  record,
  sequence,
  type Family,
} from "irqproof/checker";

/** State of the models; loosely typed, as the functions of tests are written as text, too. */
// oxlint-disable-next-line typescript/no-explicit-any -- functions that are made from text have no types
export type Any = any;

export interface Functions {
  readonly when?: (state: Any, parameters: Any) => Any;
  readonly then?: (draft: Any, parameters: Any) => void;
  readonly holds?: (state: Any) => Any;
}

/** Dimensions of the family. */
export const DIMENSIONS = ["nodes", "slots"];

/**
 * @param functions made for each size: so that they may capture it
 * @param extra further work of the family's build function with its sizes
 */
export function nodesFamily(
  functions: (nodes: number, slots: number) => Functions,
  initial: (nodes: number, slots: number) => object = () => ({}),
): Family<Any> {
  return family({
    name: "nodes",
    title: "nodes that own slots",
    parameters: {
      nodes: integer(2, 1, 4, "how many nodes"),
      slots: integer(2, 1, 4, "how many slots"),
    },
    build: ({ nodes, slots }) => {
      const node = range(0, nodes - 1);
      const slot = range(0, slots - 1);
      const ids = Array.from({ length: nodes }, (_, id) => id);
      const { when, then = () => {}, holds } = functions(nodes, slots);
      return model({
        name: "nodes",
        state: record({
          node: array(
            nodes,
            record({ on: boolean, peer: node, at: oneOf("x", "y", "z"), maybe: optional(node), slot }),
          ),
          owner: array(slots, oneOf("free", "lost", ...ids)),
          grid: array(nodes, array(slots, boolean)),
          queue: array(nodes, sequence(1, record({ from: node, hot: boolean }))),
          place: optional(record({ node, slot })),
          chosen: node,
          count: range(0, 3),
          flag: boolean,
        }),
        initial: {
          node: ids.map(() => ({ on: false, peer: 0, at: "x", maybe: null, slot: 0 })),
          owner: Array.from({ length: slots }, () => "free"),
          grid: Array.from({ length: nodes }, () => Array.from({ length: slots }, () => false)),
          queue: ids.map(() => []),
          place: null,
          chosen: 0,
          count: 0,
          flag: false,
          ...initial(nodes, slots),
        },
        actions: {
          act: { over: { a: node, b: node, s: slot }, ...(when === undefined ? {} : { when }), then },
        },
        properties: ({ always }: Any) => (holds === undefined ? {} : { it: always("it holds", holds) }),
      } as never) as Any;
    },
  }) as Any;
}
