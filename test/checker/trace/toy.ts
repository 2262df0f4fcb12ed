import { all, array, because, boolean, model, oneOf, range, record, type Model } from "irqproof/checker";

/**
 * A device that may be told, in two writes, to send its interrupt to another CPU and vector, small enough to draw by
 * hand: what a chart of a torn message looks like. Not the real model.
 */
export function torn(): Model<Torn> {
  return model({
    name: "torn",
    state: record({
      pc: range(0, 2),
      cpu: range(0, 1),
      vector: oneOf("A", "B"),
      raised: boolean,
      irr: array(4, boolean),
    }),
    initial: { pc: 0, cpu: 0, vector: "A" as const, raised: false, irr: [false, false, false, false] },
    actors: ["CPU0", "CPU1", "Device"],
    actions: {
      writeAddress: {
        actor: "CPU0",
        label: "write_address(CPU1)",
        when: (state) => state.pc === 0,
        then: (draft) => {
          draft.pc = 1;
          draft.cpu = 1;
        },
      },
      writeData: {
        actor: "CPU0",
        label: "write_data(vector B)",
        when: (state) => state.pc === 1,
        then: (draft) => {
          draft.pc = 2;
          draft.vector = "B";
        },
      },
      raise: {
        actor: "Device",
        label: ({ cpu, vector }) => `raise: message to CPU${cpu}, vector ${vector}`,
        when: (state) => !state.raised,
        then: (draft) => {
          draft.raised = true;
          draft.irr[draft.cpu * 2 + (draft.vector === "A" ? 0 : 1)] = true;
        },
      },
    },
    properties: ({ always }) => ({
      "no-interrupt-lost": {
        ...always("no interrupt is lost", ({ irr, pc }) =>
          all({
            "the vector has a handler": () => !(irr[2] === true && pc === 2) || because("CPU1, vector A is unused"),
          }),
        ),
        narrate: () => "The device used the new address with the old data; nobody looks at CPU1, vector A.",
      },
    }),
    changes: (before, after) => [
      ...(before.cpu === after.cpu && before.vector === after.vector
        ? []
        : [`message = CPU${after.cpu}, vector ${after.vector}`]),
      ...after.irr.flatMap((set, index) =>
        set === before.irr[index] ? [] : [`IRR[CPU${index >> 1}][${"AB"[index % 2]}] = ${Number(set)}`],
      ),
    ],
  });
}

interface Torn {
  pc: number;
  cpu: number;
  vector: "A" | "B";
  raised: boolean;
  irr: boolean[];
}
