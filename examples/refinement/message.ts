/**
 * A message that takes two writes refines one that is changed at once, if the device is masked meanwhile. It teaches what
 * a refinement shows: not that some property holds, but that two registers may be thought of as one.
 *
 * The abstract model has one route, which `change` replaces in one step. The concrete one writes the target and then the
 * vector of MSI-X, in two steps, and the mapping says when the change takes place: with the second write. Without the mask
 * the device can send between the writes, with the new target and the old vector, which no step of the abstract model
 * does.
 */
import { boolean, family, flag, model, oneOf, optional, range, record, type Refinement } from "irqproof/checker";

/** Both halves of a message: a CPU, and a vector there. */
const message = record({ target: range(0, 1), vector: range(0, 1) });
type Message = { target: number; vector: number };

const OLD: Message = { target: 0, vector: 0 };
const NEW: Message = { target: 1, vector: 1 };

interface Route {
  route: Message;
  isPending: boolean;
  arrived: Message | null;
}

/** What the concrete model refines: the route changes in one step. */
export const atomic = model<Route, { change: object; raise: object; send: object; handle: object }>({
  name: "atomic-message",
  state: record({ route: message, isPending: boolean, arrived: optional(message) }),
  initial: { route: OLD, isPending: false, arrived: null },
  actors: ["CPU", "device"],
  actions: {
    change: { actor: "CPU", when: ({ route }) => route.target === 0, then: (draft) => void (draft.route = { ...NEW }) },
    raise: {
      actor: "device",
      when: ({ isPending, arrived }) => !isPending && arrived === null,
      then: (draft) => void (draft.isPending = true),
    },
    send: {
      actor: "device",
      when: ({ isPending }) => isPending,
      then: (draft) => {
        draft.isPending = false;
        draft.arrived = { ...draft.route };
      },
    },
    handle: { actor: "CPU", when: ({ arrived }) => arrived !== null, then: (draft) => void (draft.arrived = null) },
  },
  properties: ({ always }) => ({
    "never-mixed": always(
      "a message has target and vector of one route",
      ({ arrived }) => arrived === null || arrived.target === arrived.vector,
    ),
  }),
});

/** How far the program of the CPU has come. */
const place = oneOf("begin", "masked", "half", "written", "end");

interface Registers {
  registers: Message;
  isMasked: boolean;
  at: "begin" | "masked" | "half" | "written" | "end";
  isPending: boolean;
  arrived: Message | null;
}

export default family({
  name: "two-writes",
  title: "a message that is changed by two writes",
  parameters: { masked: flag(true, "whether the device is masked while the words are written") },
  build: ({ masked }) =>
    model<Registers, Record<"mask" | "writeTarget" | "writeVector" | "unmask" | "raise" | "send" | "handle", object>>({
      name: "two-writes",
      parameters: { masked },
      state: record({
        registers: message,
        isMasked: boolean,
        at: place,
        isPending: boolean,
        arrived: optional(message),
      }),
      initial: { registers: OLD, isMasked: false, at: "begin", isPending: false, arrived: null },
      actors: ["CPU", "device"],
      actions: {
        mask: {
          actor: "CPU",
          when: ({ at }) => masked && at === "begin",
          then: (draft) => {
            draft.isMasked = true;
            draft.at = "masked";
          },
        },
        writeTarget: {
          actor: "CPU",
          when: ({ at }) => at === (masked ? "masked" : "begin"),
          then: (draft) => {
            draft.registers.target = NEW.target;
            draft.at = "half";
          },
        },
        writeVector: {
          actor: "CPU",
          when: ({ at }) => at === "half",
          then: (draft) => {
            draft.registers.vector = NEW.vector;
            draft.at = masked ? "written" : "end";
          },
        },
        unmask: {
          actor: "CPU",
          when: ({ at }) => at === "written",
          then: (draft) => {
            draft.isMasked = false;
            draft.at = "end";
          },
        },
        raise: {
          actor: "device",
          when: ({ isPending, arrived }) => !isPending && arrived === null,
          then: (draft) => void (draft.isPending = true),
        },
        // MSI-X: what is raised under the mask stays pending, and is sent when the mask is gone.
        send: {
          actor: "device",
          when: ({ isPending, isMasked }) => isPending && !isMasked,
          then: (draft) => {
            draft.isPending = false;
            draft.arrived = { ...draft.registers };
          },
        },
        handle: { actor: "CPU", when: ({ arrived }) => arrived !== null, then: (draft) => void (draft.arrived = null) },
      },
    }),
});

/** The route changes with the second write; between the writes it is still the old one. */
export const refinement: Refinement<Registers, Route> = {
  abstract: atomic,
  mapping: ({ registers, at, isPending, arrived }) => ({ route: at === "half" ? OLD : registers, isPending, arrived }),
};
