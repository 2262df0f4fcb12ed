/** Behaviour of the page: the controller that runs in the browser, on a session without a server in between. */
import { chart, check } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { Controller, prefix } from "../../explorer/page/controller.ts";
import { act, commandOf } from "../../explorer/page/keys.ts";
import type { Source } from "../../explorer/page/source.ts";
import type { Session } from "../../explorer/index.ts";
import { opened, sessionOf } from "./opened.ts";

/** A source that asks sessions in this thread. */
function sourceOf(sessions: ReadonlyMap<string, Session>): Source {
  const entries = [...sessions.keys()].map((id) => ({ id, group: "x86", title: "" }));
  const session = (model: string): Session => sessions.get(model)!;
  return {
    book: undefined,
    entries: async () => ({ first: entries[0]!.id, entries }),
    overview: async (model) => session(model).overview(),
    searches: async (model) => ({ check: session(model).checked(), way: session(model).way() }),
    run: async (model, path, from, to) => session(model).run(path, from, to).steps,
    chart: async (model, path, property) => session(model).chart(path, property).text,
    next: async (model, path) => session(model).next(path),
    search: async (model, text, goal) => {
      const { pathFrom } = await import("../../explorer/server/session.ts");
      return session(model).search(goal, pathFrom(text));
    },
    stop: async (model, which) => session(model).stop(which),
  };
}

/** A page that has been opened at an address, and its searches have ended. */
async function pageOf(models: readonly string[], fragment = ""): Promise<{ page: Controller; fragments: string[] }> {
  const sessions = new Map<string, Session>();
  for (const model of models) sessions.set(model, sessionOf(await opened(model)));
  const fragments = [fragment];
  const page = new Controller(sourceOf(sessions), {
    fragment: () => fragments.at(-1)!,
    setFragment: (next) => void fragments.push(next),
    wait: () => new Promise((resolve) => setTimeout(resolve, 5)),
  });
  await page.start();
  return { page, fragments };
}

/** Presses a key. */
async function press(page: Controller, key: string): Promise<void> {
  const command = commandOf({ key, ctrlKey: false, altKey: false, metaKey: false, target: null });
  if (command === undefined) throw new Error(`the key ${key} has no meaning`);
  await act(command, page);
}

function labels({ state }: Controller): string[] {
  return [...state.steps].toSorted(([one], [other]) => one - other).map(([, { label }]) => label);
}

const RACE = [
  "",
  "set_affinity(CPU1)",
  "allocate CPU1/vector B",
  "write_address(CPU1)",
  "raise -> CPU1/vector A",
  "write_data(vector B)",
  "vector A accepted: unassigned",
  "No irq handler for vector A",
];

describe("x86-direct", () => {
  test("opens on the race, at the step whose message is lost", async () => {
    const { page, fragments } = await pageOf(["x86-direct"]);
    expect(labels(page)).toEqual(RACE);
    expect(page.state.position!.at).toBe(4);
    expect(page.comparedProperty()!.id).toBe("no-interrupt-lost");
    expect(page.state.error).toBe(undefined);
    expect(fragments.at(-1)).toMatch(/^#x86-direct\/0-[\d.]+\/4$/);
  });

  test("has the verdicts of check, and how often each action is taken", async () => {
    const { page } = await pageOf(["x86-direct"]);
    const report = await check((await opened("x86-direct")).model, { purity: "assumed" });
    expect(page.properties().map(({ id, verdict, severity }) => [id, verdict, severity])).toEqual(
      report.properties.map(({ id, verdict, severity }) => [id, verdict, severity]),
    );
    const done = page.state.check!;
    if (done.kind !== "done") throw new Error("the search has not ended");
    expect(done.result.states).toEqual(report.states);
    expect(done.result.coverage.map(({ action, taken }) => [action, taken])).toEqual(
      report.actions.map(({ action, taken }) => [action, taken]),
    );
    const never = done.result.coverage.filter(({ taken }) => taken === 0);
    expect(never.map(({ because }) => typeof because)).toEqual(["string", "string"]);
  });

  test("is drawn as text, as check prints it; so is a run of one's own, without an end", async () => {
    const { page } = await pageOf(["x86-direct"]);
    const { model } = await opened("x86-direct");
    const report = await check(model, { purity: "assumed" });
    const { trace } = report.properties.find(({ id }) => id === "no-interrupt-lost")!;
    expect(await page.chart()).toBe(chart(model, trace!));
    await page.select(1);
    await press(page, "1");
    const own = (await page.chart())!.split("\n");
    expect(own.slice(0, 2)).toEqual(chart(model, trace!).split("\n").slice(0, 2));
    expect(own.at(-1)).not.toContain("delivered");
  });

  test("is stepped through with the arrows, Home and End", async () => {
    const { page } = await pageOf(["x86-direct"]);
    await press(page, "Home");
    await press(page, "ArrowUp");
    expect(page.state.position!.at).toBe(0);
    for (let at = 1; at <= 7; at++) {
      await press(page, "ArrowDown");
      expect(page.state.position!.at).toBe(at);
    }
    await press(page, "j");
    expect(page.state.position!.at).toBe(7);
    await press(page, "k");
    await press(page, "ArrowLeft");
    expect(page.state.position!.at).toBe(5);
    await press(page, "End");
    expect(page.state.position!.at).toBe(7);
  });

  test("a branch is taken with a number, taken back, taken again, and left for the counterexample", async () => {
    const { page } = await pageOf(["x86-direct"]);
    await page.select(3);
    const choices = page.state.choices!.choices.map(({ label }) => label);
    const other = choices.findIndex((label) => label.startsWith("write_data"));
    await press(page, String(other + 1));
    const branch = [...RACE.slice(0, 4), "write_data(vector B)"];
    expect(labels(page)).toEqual(branch);
    expect(page.state.position!.at).toBe(4);
    await press(page, "u");
    expect(labels(page)).toEqual(RACE);
    expect(page.state.position!.at).toBe(3);
    expect([page.state.canUndo, page.state.canRedo]).toEqual([false, true]);
    await press(page, "U");
    expect(labels(page)).toEqual(branch);
    await press(page, "c");
    expect(labels(page)).toEqual(RACE);
    expect(page.state.position!.at).toBe(3);
  });

  test("the number of the step that the run takes next continues the run", async () => {
    const { page } = await pageOf(["x86-direct"]);
    await page.select(3);
    const { choices } = page.state.choices!;
    const { path } = page.state.position!;
    await press(page, String(choices.findIndex(({ instance }) => instance === path.instances[3]) + 1));
    expect(labels(page)).toEqual(RACE);
    expect([page.state.position!.at, page.state.canUndo]).toEqual([4, false]);
  });

  test("a choice warns of what it violates", async () => {
    const { page } = await pageOf(["x86-direct"]);
    await page.select(3);
    const raise = page.state.choices!.choices.find(({ label }) => label.startsWith("raise"))!;
    expect(raise.violates).toEqual(["carrier-exists"]);
  });

  test("the shortest way to rest, and to a violation of one property", async () => {
    const { page } = await pageOf(["x86-direct"]);
    await press(page, "r");
    expect(page.state.notice).toBe("A shortest path to an idle state: 3 steps.");
    expect(page.state.steps.get(page.state.position!.at)!.isIdle).toBe(true);
    await page.select(0);
    await page.search({ kind: "violation", property: "no-stray" });
    expect(page.state.notice).toBe("A shortest path to a violation of no-stray: 6 steps.");
    const last = page.state.steps.get(page.state.position!.at)!;
    expect(last.violated.map(({ id }) => id)).toContain("no-stray");
    await page.select(0);
    await press(page, "v");
    expect(page.state.notice).toBe("A shortest path to a violation of target-live-in-move: 3 steps.");
    await press(page, "u");
    await page.search({ kind: "violation", property: "no-deadlock" });
    expect(page.state.notice).toBe("No violation of no-deadlock can be reached from here.");
    await press(page, "r");
    // It is at rest: the page says so of every such state.
    expect(page.state.notice).toBe("");
    expect(page.state.steps.get(page.state.position!.at)!.isIdle).toBe(true);
  });

  test("an address is opened as it was left, and is not changed by the result of the search", async () => {
    const { page: first, fragments } = await pageOf(["x86-direct"]);
    await first.select(3);
    await press(first, "1");
    const { page } = await pageOf(["x86-direct"], fragments.at(-1)!);
    expect(page.state.position).toEqual(first.state.position);
    expect(labels(page)).toEqual(labels(first));
    expect(page.state.check!.kind).toBe("done");
  });

  test("an address whose run is none of the model says so", async () => {
    const { page } = await pageOf(["x86-direct"], "#x86-direct/0-0.0.9/3");
    expect(page.state.error).toMatch(/^step \d: .* is not enabled in this state$/);
  });
});

test("the two-step update is chosen in the same page, and shows an interrupt raised in the middle of a move", async () => {
  const { page, fragments } = await pageOf(["x86-direct", "x86-two-step"]);
  await page.open("x86-two-step");
  expect(page.properties().every(({ verdict }) => verdict === "holds")).toBe(true);
  const shown = labels(page);
  expect(shown).toContain("raise -> CPU0/vector B");
  expect(shown.some((label) => label.startsWith("retrigger"))).toBe(true);
  const end = page.state.steps.get(page.state.position!.path.instances.length)!;
  expect([end.isIdle, end.violated]).toEqual([true, []]);
  // Back by the address, as with the browser's own button.
  fragments.push("#x86-direct");
  await page.addressChanged();
  expect(labels(page)).toEqual(RACE);
});

test("the steps of a very long run are asked for around the chosen one only", async () => {
  const { page } = await pageOf(["x86-direct"]);
  const raise = page.state.position!.path.instances[3]!;
  await page.showPath({ initial: 0, instances: Array<number>(5000).fill(raise) });
  expect(page.state.position!.at).toBe(5000);
  expect([...page.state.steps.keys()].every((place) => place === 0 || place >= 4850)).toBe(true);
  await page.select(10);
  expect(page.state.steps.has(0) && page.state.steps.has(160)).toBe(true);
  expect(prefix(page.state.position!).instances).toHaveLength(10);
});

test("numbers that are pressed before the choices have arrived count", async () => {
  const { page } = await pageOf(["x86-direct"]);
  await press(page, "Home");
  await Promise.all([press(page, "1"), press(page, "1")]);
  expect(page.state.position).toMatchObject({ at: 2, path: { instances: { length: 2 } } });
});

test("keys are left alone where they have another meaning", () => {
  const press = { key: "1", ctrlKey: false, altKey: false, metaKey: false, target: null };
  expect(commandOf(press)).toEqual({ kind: "take", choice: 0 });
  expect(commandOf({ ...press, ctrlKey: true })).toBe(undefined);
  expect(commandOf({ ...press, target: { tagName: "SELECT" } })).toBe(undefined);
  expect(commandOf({ ...press, target: { tagName: "BUTTON", closest: () => ({}) } })).toBe(undefined);
  const scrolled = { tagName: "PRE", closest: (selector: string) => (selector === ".scroll" ? {} : null) };
  expect(commandOf({ ...press, key: "ArrowDown", target: scrolled })).toBe(undefined);
  expect(commandOf({ ...press, target: scrolled })).toEqual({ kind: "take", choice: 0 });
  const edited = { tagName: "DIV", closest: (selector: string) => (selector.includes("contenteditable") ? {} : null) };
  expect(commandOf({ ...press, target: edited })).toBe(undefined);
  expect(commandOf({ ...press, key: "constructor" })).toBe(undefined);
  expect(commandOf({ ...press, key: "x" })).toBe(undefined);
});
