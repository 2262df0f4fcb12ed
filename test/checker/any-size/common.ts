/** The common model of examples/migration.ts as a system of any size, written by hand, and faults put into it. */
import {
  and, BOOLEAN, choose, constant, equal, every, FALSE, implies, not, or, read, some, TRUE, variable,
} from "../../../checker/any-size/expressions.ts"; // prettier-ignore
import type {
  Action,
  AnySizeSystem,
  Cell,
  Expression,
  Sort,
  Update,
  ValueType,
  Variable,
} from "../../../checker/any-size/system.ts";

const CPU: Sort = { name: "cpu" };
const VECTOR: Sort = { name: "vector" };
export const DEVICE: Sort = { name: "device" };

const stages = ["settled", "allocated", "atOldCpu", "addressed", "written", "checked", "served"];
const STAGE: ValueType = { kind: "names", names: stages };
const indexOf = (sort: Sort, ...names: string[]): ValueType => ({ kind: "index", sort, names });
const ofDevice = (field: string, type: ValueType): Cell => ({ name: `device[].${field}`, parameters: [DEVICE], type });

const waiting = ofDevice("waiting", BOOLEAN);
const address = ofDevice("address", indexOf(CPU));
const data = ofDevice("data", indexOf(VECTOR));
const oldCpu = ofDevice("oldCpu", indexOf(CPU));
const oldVector = ofDevice("oldVector", indexOf(VECTOR));
const newCpu = ofDevice("newCpu", indexOf(CPU));
const newVector = ofDevice("newVector", indexOf(VECTOR));
const stage = ofDevice("stage", STAGE);
const pending: Cell = { name: "pending[][]", parameters: [CPU, VECTOR], type: BOOLEAN };
const owner: Cell = { name: "owner[][]", parameters: [CPU, VECTOR], type: indexOf(DEVICE, "unused", "retriggered") };
/** The index 0, which the model uses for "none". */
const cpu0: Cell = { name: "cpu 0", parameters: [], type: indexOf(CPU) };
const vector0: Cell = { name: "vector 0", parameters: [], type: indexOf(VECTOR) };

/** Faults that lose interrupts at 3 CPUs, 3 vectors and 2 devices. */
export const LOSING = [
  "direct",
  "no check",
  "interrupts on",
  "address first",
  "no test that the slot is free",
] as const;
/** All faults: with the others the property is safe at small sizes, but by other invariants. */
export const FAULTS = [...LOSING, "same cpu", "cleanup without test"] as const;

export type Fault = (typeof FAULTS)[number];

const v = (name: string, sort: Sort): Variable => ({ name, sort });
const named = (value: Expression, cell: Cell, ...names: string[]): Expression =>
  or(...names.map((name) => equal(value, constant(name, cell.type))));

/** The system, with a fault if one is named. */
export function common(fault?: Fault): AnySizeSystem {
  const twoStep = fault !== "direct";
  const at = (d: Expression, ...names: string[]): Expression => named(read(stage, d), stage, ...names);
  const is = (c: Expression, w: Expression, name: string): Expression => named(read(owner, c, w), owner, name);
  const critical = (c: Expression): Expression => {
    const other = v("other", DEVICE);
    const o = variable(other);
    return some([other], and(equal(read(oldCpu, o), c), at(o, "allocated", "atOldCpu", "addressed", "written")));
  };
  /** New value of a cell at one combination of indices; the others keep theirs. */
  const update = (cell: Cell, where: readonly Expression[], value: Expression, when?: Expression): Update => {
    const parameters = cell.parameters.map((sort) => v(sort.name, sort));
    const own = parameters.map(variable);
    const here = and(...own.map((one, place) => equal(one, where[place]!)), ...(when === undefined ? [] : [when]));
    return { cell, parameters, value: choose(here, value, read(cell, ...own)) };
  };
  const to = (name: string): Expression => constant(name, STAGE);
  const device = v("device", DEVICE);
  const cpu = v("cpu", CPU);
  const vector = v("vector", VECTOR);
  const [d, c, w] = [variable(device), variable(cpu), variable(vector)];

  const moved = (
    name: string,
    from: string,
    next: string,
    updates: readonly Update[],
    guard: readonly Expression[] = [],
  ): Action => ({
    name,
    parameters: [device],
    guard: and(at(d, from), ...guard),
    updates: [...updates, update(stage, [d], to(next))],
  });
  const writeData = update(data, [d], read(newVector, d));
  const writeAddress = update(address, [d], read(newCpu, d));
  const raised: Action = {
    name: "raise",
    parameters: [device],
    guard: not(read(waiting, d)),
    updates: [update(waiting, [d], TRUE), update(pending, [read(address, d), read(data, d)], TRUE)],
  };
  const e = v("device", DEVICE);
  const own = variable(e);
  const owned = equal(read(owner, c, w), own);
  const handled: Action = {
    name: "handle",
    parameters: [cpu, vector],
    guard: and(read(pending, c, w), ...(fault === "interrupts on" ? [] : [not(critical(c))])),
    updates: [
      update(pending, [c, w], FALSE),
      update(owner, [c, w], constant("unused", owner.type), is(c, w, "retriggered")),
      { cell: waiting, parameters: [e], value: and(read(waiting, own), not(owned)) },
      {
        cell: stage,
        parameters: [e],
        value: choose(
          and(owned, at(own, "checked"), equal(read(newCpu, own), c), equal(read(newVector, own), w)),
          to("served"),
          read(stage, own),
        ),
      },
    ],
  };
  const free = is(c, w, "unused");
  const marked = is(read(oldCpu, d), w, "unused");
  const slot = [v("cpu", CPU), v("vector", VECTOR)] as const;
  const [sc, sw] = slot.map(variable) as [Expression, Expression];
  const allocated: Action = {
    name: "allocate",
    parameters: [device, cpu, vector],
    guard: and(
      at(d, "settled"),
      ...(fault === "same cpu" ? [] : [not(equal(c, read(oldCpu, d)))]),
      ...(fault === "no test that the slot is free" ? [] : [free]),
      not(critical(read(oldCpu, d))),
    ),
    updates: [
      {
        cell: owner,
        parameters: slot,
        value: choose(
          and(equal(sc, c), equal(sw, w)),
          d,
          twoStep
            ? choose(
                and(equal(sc, read(oldCpu, d)), equal(sw, w), marked),
                constant("retriggered", owner.type),
                read(owner, sc, sw),
              )
            : read(owner, sc, sw),
        ),
      },
      update(newCpu, [d], c),
      update(newVector, [d], w),
      update(stage, [d], to("allocated")),
    ],
  };
  const [first, second] = fault === "address first" ? [writeAddress, writeData] : [writeData, writeAddress];
  const missed = read(pending, read(oldCpu, d), read(newVector, d));
  const sentAgain = [update(pending, [read(newCpu, d), read(newVector, d)], TRUE, missed)];
  const checked = moved("checkOldCpu", "written", "checked", twoStep && fault !== "no check" ? sentAgain : []);
  const freed = moved(
    "freeOldVector",
    "served",
    "settled",
    [
      update(owner, [read(oldCpu, d), read(oldVector, d)], constant("unused", owner.type)),
      update(oldCpu, [d], read(newCpu, d)),
      update(oldVector, [d], read(newVector, d)),
      update(newCpu, [d], read(cpu0)),
      update(newVector, [d], read(vector0)),
    ],
    fault === "cleanup without test" ? [] : [not(read(pending, read(oldCpu, d), read(oldVector, d)))],
  );
  const actions = twoStep
    ? [
        moved("writeDataAtOldCpu", "allocated", "atOldCpu", [first!]),
        moved("writeAddress", "atOldCpu", "addressed", [second!]),
        moved("writeData", "addressed", "written", [writeData]),
      ]
    : [
        moved("writeAddress", "allocated", "addressed", [writeAddress]),
        moved("writeData", "addressed", "written", [writeData]),
      ];
  const home = (x: Expression): Expression[] => [read(oldCpu, x), read(oldVector, x)];
  const other = v("other", DEVICE);
  const o = variable(other);
  return {
    name: fault ?? "two-step",
    sorts: [CPU, VECTOR, DEVICE],
    cells: [waiting, address, data, oldCpu, oldVector, newCpu, newVector, stage, pending, owner, cpu0, vector0],
    initial: and(
      every(
        [device],
        and(
          not(read(waiting, d)),
          equal(read(address, d), read(oldCpu, d)),
          equal(read(data, d), read(oldVector, d)),
          equal(read(newCpu, d), read(cpu0)),
          equal(read(newVector, d), read(vector0)),
          at(d, "settled"),
          equal(read(owner, ...home(d)), d),
        ),
      ),
      every(slot, and(not(read(pending, sc, sw)), not(is(sc, sw, "retriggered")))),
      every(
        [...slot, other],
        implies(equal(read(owner, sc, sw), o), and(equal(sc, home(o)[0]!), equal(sw, home(o)[1]!))),
      ),
    ),
    actions: [raised, handled, allocated, ...actions, checked, freed],
    properties: [
      {
        id: "no-interrupt-lost",
        title: "a waiting device has an interrupt on its way",
        holds: every(
          [device],
          or(
            not(read(waiting, d)),
            some(slot, and(equal(read(owner, sc, sw), d), read(pending, sc, sw))),
            and(at(d, "atOldCpu", "addressed", "written"), read(pending, read(oldCpu, d), read(newVector, d))),
          ),
        ),
      },
    ],
    lemmas: [],
    assumptions: [],
    unread: [],
    abstractions: ["each device starts at a slot of its own, not necessarily the one that the model chooses"],
  };
}

/** A hand-written invariant: it tests the confirmation without the search for one. */
export function handInvariant(): { readonly text: string; readonly formula: Expression }[] {
  const device = v("device", DEVICE);
  const d = variable(device);
  const at = (...names: string[]): Expression => named(read(stage, d), stage, ...names);
  const idle = at("settled");
  const owns = (cpu: Cell, vector: Cell): Expression => equal(read(owner, read(cpu, d), read(vector, d)), d);
  const isPending = (cpu: Cell, vector: Cell): Expression => read(pending, read(cpu, d), read(vector, d));
  const forEach = (text: string, body: Expression) => ({ text, formula: every([device], body) });
  return [
    forEach("owns-old", owns(oldCpu, oldVector)),
    forEach("owns-new", or(idle, owns(newCpu, newVector))),
    forEach("moves-away", or(idle, not(equal(read(oldCpu, d), read(newCpu, d))))),
    forEach(
      "address",
      equal(read(address, d), choose(at("settled", "allocated", "atOldCpu"), read(oldCpu, d), read(newCpu, d))),
    ),
    forEach("data", equal(read(data, d), choose(at("settled", "allocated"), read(oldVector, d), read(newVector, d)))),
    forEach(
      "carrier",
      or(
        not(read(waiting, d)),
        isPending(oldCpu, oldVector),
        and(not(idle), isPending(newCpu, newVector)),
        and(at("atOldCpu", "addressed", "written"), isPending(oldCpu, newVector)),
      ),
    ),
  ];
}
