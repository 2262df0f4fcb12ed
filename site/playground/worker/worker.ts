/**
 * The worker of the playground: it loads one file, searches its state space, and answers the page, as the server of
 * `irqproof explore` does. It is ended together with a model that does not return.
 */
import { messageOf } from "irqproof/checker";
import { searchHere } from "../../../explorer/search/running.ts";
import { pathFrom, Session } from "../../../explorer/server/session.ts";
import type { Answers, Loaded, ModelFile, Question } from "../wire.ts";
import { load } from "./load.ts";

/** The functions of a browser cannot be read, so they are called: the direct engine does that. */
const OPTIONS = { engine: "direct", purity: "assumed" } as const;

let session: Session | undefined;

function opened(): Session {
  if (session === undefined) throw new Error("no model is loaded");
  return session;
}

type Method<Name extends keyof Answers> = (
  ...given: Parameters<Answers[Name]>
) => ReturnType<Answers[Name]> | Promise<ReturnType<Answers[Name]>>;

const methods: { readonly [Name in keyof Answers]: Method<Name> } = {
  async load(file: ModelFile): Promise<Loaded> {
    const loaded = await load(file);
    if ("mistake" in loaded) return { kind: "mistake", ...loaded };
    const { explored, parameters } = loaded;
    session = new Session(explored, (order) => searchHere(explored, order, OPTIONS));
    return { kind: "model", id: explored.id, parameters };
  },
  overview: () => opened().overview(),
  searches: () => ({ check: opened().checked(), way: opened().way() }),
  run: (path, from, to) => opened().run(path, from, to).steps,
  chart: (path, property) => opened().chart(path, property).text,
  next: (path) => opened().next(path),
  search: (path, goal) => opened().search(goal, pathFrom(path)),
  stop: (which) => opened().stop(which),
};

globalThis.addEventListener("message", (event: MessageEvent<Question>) => void answer(event.data));

async function answer({ number, method, given }: Question): Promise<void> {
  try {
    const value = await (methods[method] as (...values: readonly unknown[]) => unknown)(...given);
    postMessage({ number, value });
  } catch (error) {
    postMessage({ number, error: messageOf(error) });
  }
}
