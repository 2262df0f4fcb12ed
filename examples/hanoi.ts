/**
 * The towers of Hanoi. It teaches how to solve a puzzle: `sometimes` asks for a state, and its witness is a shortest
 * way there.
 *
 * N disks on three pegs have 3^N states, the furthest is 2^N - 1 moves away, and every state but the three with a
 * whole tower has three moves.
 */
import { array, family, integer, model, range, record } from "irqproof/checker";

export default family({
  name: "hanoi",
  title: "the towers of Hanoi",
  parameters: { disks: integer(4, 1, 12, "how many disks are to be moved") },
  build: ({ disks }) => {
    const peg = range(0, 2);
    /** The smallest disk on a peg; `disks` when there is none. */
    const top = (at: readonly number[], wanted: number): number => {
      const disk = at.indexOf(wanted);
      return disk < 0 ? disks : disk;
    };
    return model({
      name: "hanoi",
      // Which peg each disk is on, the smallest disk first: nothing else needs to be known of a tower.
      state: record({ at: array(disks, peg) }),
      initial: { at: Array.from({ length: disks }, () => 0) },
      actions: {
        move: {
          over: { from: peg, to: peg },
          when: ({ at }, { from, to }) => top(at, from) < top(at, to),
          then: ({ at }, { from, to }) => {
            at[top(at, from)] = to;
          },
        },
      },
      properties: ({ sometimes }) => ({
        solvable: sometimes("the tower stands on the last peg", ({ at }) => at.every((peg) => peg === 2)),
      }),
    });
  },
});
