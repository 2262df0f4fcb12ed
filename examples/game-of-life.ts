/**
 * Conway's game of life on a small board. It teaches a step that replaces everything at once: the recipe reads the old
 * board and assigns a new one.
 *
 * Every board is an initial state, so a board of N by N has 2^(N * N) states: with N = 4 the 65,536 that the TLA+
 * examples publish.
 */
import { array, boolean, family, integer, model, record, valuesOf } from "irqproof/checker";

type Board = readonly (readonly boolean[])[];

function neighbours(board: Board, row: number, column: number): number {
  let count = 0;
  for (let y = row - 1; y <= row + 1; y++) {
    for (let x = column - 1; x <= column + 1; x++) {
      if ((y !== row || x !== column) && board[y]?.[x] === true) count++;
    }
  }
  return count;
}

function next(board: Board): boolean[][] {
  return board.map((cells, row) =>
    cells.map((alive, column) => {
      const count = neighbours(board, row, column);
      return count === 3 || (alive && count === 2);
    }),
  );
}

export default family({
  name: "game-of-life",
  title: "Conway's game of life",
  parameters: { size: integer(3, 1, 4, "how many rows and columns the board has") },
  build: ({ size }) => {
    const state = record({ board: array(size, array(size, boolean)) });
    return model({
      name: "game-of-life",
      state,
      initial: valuesOf(state),
      actions: {
        tick: {
          then: (draft) => {
            draft.board = next(draft.board);
          },
        },
      },
      properties: ({ sometimes, step }) => ({
        "still-life": sometimes(
          "some board with life on it stays as it is",
          ({ board }) => board.flat().includes(true) && next(board).join() === board.join(),
        ),
        "no-life-from-nothing": step(
          "an empty board stays empty",
          (before, _, after) => before.board.flat().includes(true) || !after.board.flat().includes(true),
        ),
      }),
    });
  },
});
