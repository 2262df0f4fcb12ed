import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../cli/main.ts";

/** Result of a call of the command line. */
export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Environment of the call: by default a pipe without colours. */
export interface Scene {
  readonly terminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command line in this process. */
export async function irqproof(args: readonly string[], { terminal = false, env = {} }: Scene = {}): Promise<Outcome> {
  let out = "";
  let err = "";
  const status = await main(args, {
    stdout: { isTTY: terminal, columns: 80, write: (text) => (out += text) },
    stderr: { isTTY: terminal, columns: 80, write: (text) => (err += text) },
    env,
  });
  return { status, out, err };
}

/** A folder outside any project, for files of a user's. */
export function temporaryFolder(): {
  readonly path: string;
  write(name: string, text: string): string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), "irqproof-"));
  return {
    path,
    write(name, text) {
      const file = join(path, name);
      writeFileSync(file, text);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A small family, as a user would write it. */
export const LAMPS = `
import { array, boolean, family, integer, model, range, record } from "irqproof/checker";

enum Lamp { First }

export default family({
  name: "lamps",
  title: "lamps that anyone may toggle",
  parameters: { count: integer(2, 1, 16, "how many lamps") },
  build: ({ count }) => model({
    name: "lamps",
    state: record({ on: array(count, boolean) }),
    initial: { on: Array<boolean>(count).fill(false) },
    actions: {
      toggle: {
        over: { lamp: range(Lamp.First, count - 1) },
        then: (draft, { lamp }) => { draft.on[lamp] = !draft.on[lamp]; },
      },
    },
    properties: ({ always, sometimes }) => ({
      dark: always("some lamp is off", (state) => state.on.includes(false)),
      listed: always("the number of lamps does not change", (state) => state.on.length === count),
      bright: sometimes("the first lamp is on", (state) => state.on[0] === true),
    }),
  }),
});
`;
