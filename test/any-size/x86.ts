/** The scheme x86-two-step as a system of any size, written by hand: default parameters, any moves, any raises. */
import {
  and, BOOLEAN, choose, constant, equal, every, FALSE, implies, isIndex, not, or, read, some, TRUE, variable,
} from "../../checker/any-size/expressions.ts"; // prettier-ignore
import type {
  Action,
  AnySizeSystem,
  Cell,
  Expression,
  Sort,
  Update,
  ValueType,
  Variable,
} from "../../checker/any-size/system.ts";

const CPU: Sort = { name: "cpu" };
const VECTOR: Sort = { name: "vector" };
const DEVICE: Sort = { name: "device" };

const indexOf = (sort: Sort, ...names: string[]): ValueType => ({ kind: "index", sort, names });
const names = (...all: string[]): ValueType => ({ kind: "names", names: all });
const cell = (name: string, parameters: readonly Sort[], type: ValueType = BOOLEAN): Cell => ({
  name,
  parameters,
  type,
});

const interrupts = cell("cpu[].interrupts", [CPU]);
const irr = cell("cpu[].irr[]", [CPU, VECTOR]);
const isr = cell("cpu[].isr[]", [CPU, VECTOR]);
const table = cell("cpu[].table[]", [CPU, VECTOR], indexOf(DEVICE, "unused", "stray"));
/** A frame on the stack of a CPU, at most one. */
const busy = cell("cpu[].frame.present", [CPU]);
const frameVector = cell("cpu[].frame.vector", [CPU], indexOf(VECTOR));
const frameOwner = cell("cpu[].frame.owner", [CPU], indexOf(DEVICE, "null"));
const stage = cell("cpu[].frame.stage", [CPU], names("entry", "complete", "completed", "move", "handler", "finish"));
const elsewhere = cell("cpu[].frame.elsewhere", [CPU]);
const address = cell("device[].address", [DEVICE], indexOf(CPU));
const data = cell("device[].data", [DEVICE], indexOf(VECTOR));
const uncovered = cell("device[].uncovered", [DEVICE]);
const target = cell("irq[].cpu", [DEVICE], indexOf(CPU));
const vector = cell("irq[].vector", [DEVICE], indexOf(VECTOR));
const hasPrevious = cell("irq[].previous.present", [DEVICE]);
const previousCpu = cell("irq[].previous.cpu", [DEVICE], indexOf(CPU));
const previousVector = cell("irq[].previous.vector", [DEVICE], indexOf(VECTOR));
const moveInProgress = cell("irq[].moveInProgress", [DEVICE]);
const onList = cell("irq[].onCleanupList", [DEVICE]);
const locked = cell("irq[].locked", [DEVICE]);
const inProgress = cell("irq[].inProgress", [DEVICE]);
const pending = cell("irq[].pending", [DEVICE]);
const requested = cell("irq[].requested", [DEVICE], indexOf(CPU, "null"));
const step = cell("irq[].migration.step", [DEVICE], names("0", "1", "2", "4", "6", "9", "10", "11"));
const moveCpu = cell("irq[].migration.cpu", [DEVICE], indexOf(CPU));
const vectorLock = cell("vectorLock", []);

const v = (name: string, sort: Sort): Variable => ({ name, sort });
const d$ = v("irq", DEVICE);
const c$ = v("cpu", CPU);
const w$ = v("vector", VECTOR);
const [pd, qc, qv] = [d$, c$, w$].map(variable) as [Expression, Expression, Expression];

const is = (value: Expression, one: Cell, ...all: string[]): Expression =>
  or(...all.map((name) => equal(value, constant(name, one.type))));
const at = (c: Expression, ...all: string[]): Expression => is(read(stage, c), stage, ...all);
const inStep = (d: Expression, ...all: string[]): Expression => is(read(step, d), step, ...all);
const isFree = (c: Expression, w: Expression): Expression => not(isIndex(read(table, c, w)));
const name = (one: Cell, value: string): Expression => constant(value, one.type);

export type X86Fault = "address first" | "no check" | "no test for a free vector" | "cleanup without test";

type Setting = readonly [cell: Cell, where: readonly Expression[], value: Expression, when?: Expression];

/** One update for each cell: of several settings the first that applies. */
function settings(all: readonly Setting[]): Update[] {
  return [...new Set(all.map(([one]) => one))].map((one) => {
    const parameters = one.parameters.map((sort) => v(sort.name, sort));
    const own = parameters.map(variable);
    const value = all
      .filter(([other]) => other === one)
      .reduceRight<Expression>(
        (rest, [, where, to, when = TRUE]) => {
          return choose(and(...own.map((index, place) => equal(index, where[place]!)), when), to, rest);
        },
        read(one, ...own),
      );
    return { cell: one, parameters, value };
  });
}

const act = (
  title: string,
  parameters: readonly Variable[],
  guard: readonly Expression[],
  sets: readonly Setting[],
  updates: readonly Update[] = [],
): Action => ({ name: title, parameters, guard: and(...guard), updates: [...settings(sets), ...updates] });

/** The end of the acknowledgement on a CPU: the handler runs, or the frame ends where it runs elsewhere. */
function acknowledged(c: Expression, d: Expression, when: Expression, isElsewhere: Expression): Setting[] {
  const ends = and(when, isElsewhere);
  const runs = and(when, not(isElsewhere));
  return [
    [isr, [c, read(frameVector, c)], FALSE, when],
    [locked, [d], FALSE, when],
    [busy, [c], FALSE, ends],
    [interrupts, [c], TRUE, ends],
    [frameOwner, [c], name(frameOwner, "null"), ends],
    [inProgress, [d], TRUE, runs],
    [pending, [d], FALSE, runs],
    [stage, [c], name(stage, "handler"), runs],
  ];
}

/** The step of the move after step `k`: the first later one that is needed. */
function next(k: number, needed: Readonly<Record<number, Expression>>): Expression {
  return [2, 4, 6, 9, 10, 11]
    .filter((step_) => step_ > k)
    .reduceRight<Expression>((rest, one) => choose(needed[one]!, name(step, String(one)), rest), name(step, "0"));
}

export function x86TwoStep(fault?: X86Fault): AnySizeSystem {
  const idle = and(not(read(moveInProgress, pd)), not(read(onList, pd)));
  const wants = isIndex(read(requested, pd));
  const isThere = equal(read(requested, pd), read(target, pd));
  const oldVector = choose(read(hasPrevious, pd), read(previousVector, pd), read(vector, pd));
  const oldCpu = choose(read(hasPrevious, pd), read(previousCpu, pd), read(target, pd));
  const changes = not(equal(oldVector, read(vector, pd)));
  const needed = {
    2: changes,
    4: not(equal(read(data, pd), read(vector, pd))),
    6: not(equal(read(address, pd), read(target, pd))),
    9: changes,
    10: changes,
    11: FALSE,
  };
  const mover = read(moveCpu, pd);
  const runs = (k: string): Expression[] => [
    inStep(pd, k),
    read(busy, mover),
    at(mover, "move"),
    equal(read(frameOwner, mover), pd),
  ];
  /** A step of the move: `to` is the next one, and at 0 the move ends. */
  const moving = (
    title: string,
    k: string,
    to: Expression,
    guard: readonly Expression[],
    sets: readonly Setting[],
    more: readonly Variable[] = [],
  ): Action => {
    const isEnd = equal(to, name(step, "0"));
    return act(
      title,
      [d$, ...more],
      [...runs(k), ...guard],
      [...sets, [step, [pd], to], ...acknowledged(mover, pd, isEnd, read(elsewhere, mover))],
    );
  };
  const framed = [read(busy, qc), equal(read(frameOwner, qc), pd)];
  const start = (when: Expression): Setting[] => [
    [stage, [qc], name(stage, "move"), when],
    [step, [pd], name(step, "1"), when],
    [moveCpu, [pd], qc, when],
  ];
  const completes = and(read(moveInProgress, pd), equal(read(target, pd), qc));
  const starts = and(wants, idle, not(isThere));
  const drops = and(wants, idle, isThere);
  const covered: Update = (() => {
    const e = v("irq", DEVICE);
    const own = variable(e);
    return { cell: uncovered, parameters: [e], value: and(read(uncovered, own), not(equal(read(table, qc, qv), own))) };
  })();
  const strayCovered: Update = (() => {
    const e = v("irq", DEVICE);
    const own = variable(e);
    return {
      cell: uncovered,
      parameters: [e],
      value: and(read(uncovered, own), not(equal(read(table, qc, read(frameVector, qc)), own))),
    };
  })();
  const stray = read(table, qc, read(frameVector, qc));
  const found = isIndex(stray);
  const lockStarts = and(not(completes), starts);
  const isElse = or(read(elsewhere, qc), read(inProgress, pd));
  const allocated = {
    2: not(equal(read(vector, pd), qv)),
    4: not(equal(read(data, pd), qv)),
    6: not(equal(read(address, pd), read(requested, pd))),
    9: not(equal(read(vector, pd), qv)),
    10: not(equal(read(vector, pd), qv)),
    11: FALSE,
  };
  const newCpu = read(requested, pd);
  const e$ = v("irq", DEVICE);
  const freed = variable(e$);
  const isFreed = (e: Expression): Expression =>
    and(
      read(onList, e),
      read(hasPrevious, e),
      equal(read(previousCpu, e), qc),
      ...(fault === "cleanup without test" ? [] : [not(read(irr, qc, read(previousVector, e)))]),
    );
  const cleared = (one: Cell): Update => ({
    cell: one,
    parameters: [e$],
    value: and(read(one, freed), not(isFreed(freed))),
  });
  const slot = [v("cpu", CPU), v("vector", VECTOR)] as const;
  const [sc, sw] = slot.map(variable) as [Expression, Expression];
  const owner = v("irq", DEVICE);
  const o = variable(owner);
  const missed = read(irr, mover, read(vector, pd));
  const first = fault === "address first";
  const actions: Action[] = [
    act(
      "device.raise",
      [d$],
      [],
      [
        [uncovered, [pd], TRUE],
        [irr, [read(address, pd), read(data, pd)], TRUE],
      ],
    ),
    act(
      "cpu.accept",
      [c$, w$],
      [read(interrupts, qc), read(irr, qc, qv), not(read(isr, qc, qv)), not(read(busy, qc))],
      [
        [irr, [qc, qv], FALSE],
        [isr, [qc, qv], TRUE],
        [interrupts, [qc], FALSE],
        [busy, [qc], TRUE],
        [frameVector, [qc], qv],
        [stage, [qc], name(stage, "entry")],
        [elsewhere, [qc], FALSE],
        [frameOwner, [qc], choose(isIndex(read(table, qc, qv)), read(table, qc, qv), name(frameOwner, "null"))],
      ],
      [covered],
    ),
    act(
      "cpu.recheck",
      [c$],
      [read(busy, qc), at(qc, "entry"), not(isIndex(read(frameOwner, qc))), not(read(vectorLock))],
      [
        [frameOwner, [qc], stray, found],
        [table, [qc, read(frameVector, qc)], name(table, "unused"), not(found)],
        [isr, [qc, read(frameVector, qc)], FALSE, not(found)],
        [busy, [qc], FALSE, not(found)],
        [interrupts, [qc], TRUE, not(found)],
      ],
      [strayCovered],
    ),
    act(
      "cpu.lock",
      [c$, d$],
      [...framed, at(qc, "entry"), not(read(locked, pd))],
      [
        ...acknowledged(qc, pd, and(not(completes), not(lockStarts)), isElse),
        [locked, [pd], TRUE],
        [pending, [pd], or(read(pending, pd), read(inProgress, pd))],
        [elsewhere, [qc], isElse],
        [requested, [pd], name(requested, "null"), and(not(completes), drops)],
        [stage, [qc], name(stage, "complete"), completes],
        ...start(lockStarts),
      ],
    ),
    act(
      "cpu.complete",
      [c$, d$],
      [...framed, at(qc, "complete"), not(read(vectorLock))],
      [
        ...acknowledged(qc, pd, not(wants), read(elsewhere, qc)),
        [moveInProgress, [pd], FALSE],
        [onList, [pd], TRUE],
        [stage, [qc], name(stage, "completed")],
      ],
    ),
    act(
      "cpu.afterCompletion",
      [c$, d$],
      [...framed, at(qc, "completed")],
      [
        ...acknowledged(qc, pd, not(starts), read(elsewhere, qc)),
        [requested, [pd], name(requested, "null"), drops],
        ...start(starts),
      ],
    ),
    act("cpu.handle", [c$, d$], [...framed, at(qc, "handler")], [[stage, [qc], name(stage, "finish")]]),
    act(
      "cpu.finish",
      [c$, d$],
      [...framed, at(qc, "finish"), not(read(locked, pd))],
      [
        [inProgress, [pd], FALSE, not(read(pending, pd))],
        [busy, [qc], FALSE, not(read(pending, pd))],
        [interrupts, [qc], TRUE, not(read(pending, pd))],
        [frameOwner, [qc], name(frameOwner, "null"), not(read(pending, pd))],
        [uncovered, [pd], FALSE, read(pending, pd)],
        [stage, [qc], name(stage, "handler"), read(pending, pd)],
        [pending, [pd], FALSE],
      ],
    ),
    act(
      "task.setAffinity",
      [d$, c$],
      [not(read(locked, pd)), not(equal(read(requested, pd), qc)), or(wants, not(equal(qc, read(target, pd))))],
      [[requested, [pd], qc]],
    ),
    moving(
      "move.allocate",
      "1",
      next(1, allocated),
      [wants, not(read(vectorLock)), ...(fault === "no test for a free vector" ? [] : [isFree(newCpu, qv)])],
      [
        [previousCpu, [pd], read(target, pd)],
        [previousVector, [pd], read(vector, pd)],
        [hasPrevious, [pd], TRUE],
        [moveInProgress, [pd], TRUE],
        [target, [pd], newCpu],
        [vector, [pd], qv],
        [requested, [pd], name(requested, "null")],
        [table, [newCpu, qv], pd],
      ],
      [w$],
    ),
    moving(
      "move.giveUp",
      "1",
      name(step, "0"),
      [wants, not(read(vectorLock)), every([w$], isIndex(read(table, newCpu, qv)))],
      [[requested, [pd], name(requested, "null")]],
    ),
    moving(
      "move.mark",
      "2",
      next(2, needed),
      [not(read(vectorLock))],
      [
        [vectorLock, [], TRUE],
        [table, [oldCpu, read(vector, pd)], name(table, "stray"), isFree(oldCpu, read(vector, pd))],
      ],
    ),
    moving(
      "move.writeData",
      "4",
      first ? name(step, "6") : next(4, { ...needed, 4: FALSE }),
      [],
      [first ? [address, [pd], read(target, pd)] : [data, [pd], read(vector, pd)]],
    ),
    moving(
      "move.writeAddress",
      "6",
      next(6, needed),
      [],
      [first ? [data, [pd], read(vector, pd)] : [address, [pd], read(target, pd)]],
    ),
    moving("move.unlock", "9", next(9, needed), [], [[vectorLock, [], FALSE]]),
    moving(
      "move.readIrr",
      "10",
      fault === "no check" ? name(step, "0") : choose(missed, name(step, "11"), name(step, "0")),
      [],
      [],
    ),
    moving(
      "move.retrigger",
      "11",
      name(step, "0"),
      [not(read(vectorLock))],
      [[irr, [read(target, pd), read(vector, pd)], TRUE]],
    ),
    act(
      "cpu.cleanup",
      [c$, d$],
      [
        read(interrupts, qc),
        not(read(busy, qc)),
        not(read(vectorLock)),
        read(onList, pd),
        read(hasPrevious, pd),
        equal(read(previousCpu, pd), qc),
      ],
      [],
      [
        {
          cell: table,
          parameters: slot,
          value: choose(
            and(
              equal(sc, qc),
              some([owner], and(equal(read(table, sc, sw), o), isFreed(o), equal(read(previousVector, o), sw))),
            ),
            name(table, "unused"),
            read(table, sc, sw),
          ),
        },
        ...[hasPrevious, moveInProgress, onList].map(cleared),
      ],
    ),
  ];
  const isStray = (c: Expression, w: Expression): Expression =>
    and(read(busy, c), at(c, "entry"), equal(read(frameVector, c), w), not(isIndex(read(frameOwner, c))));
  const isMoving = and(not(inStep(pd, "0", "1")), not(equal(read(previousVector, pd), read(vector, pd))));
  return {
    name: fault ?? "x86-two-step",
    sorts: [CPU, VECTOR, DEVICE],
    cells: [
      interrupts, irr, isr, table, busy, frameVector, frameOwner, stage, elsewhere, address, data, uncovered, target, vector,
      hasPrevious, previousCpu, previousVector, moveInProgress, onList, locked, inProgress, pending, requested, step, moveCpu,
      vectorLock,
    ], // prettier-ignore
    initial: and(
      every(
        [d$],
        and(
          equal(read(address, pd), read(target, pd)),
          equal(read(data, pd), read(vector, pd)),
          not(
            or(
              ...[uncovered, hasPrevious, moveInProgress, onList, locked, inProgress, pending].map((one) =>
                read(one, pd),
              ),
            ),
          ),
          not(wants),
          inStep(pd, "0"),
          equal(read(table, read(target, pd), read(vector, pd)), pd),
        ),
      ),
      every(
        [c$],
        and(
          read(interrupts, qc),
          not(read(busy, qc)),
          not(isIndex(read(frameOwner, qc))),
          at(qc, "entry"),
          not(read(elsewhere, qc)),
        ),
      ),
      every(
        [c$, w$],
        and(not(read(irr, qc, qv)), not(read(isr, qc, qv)), not(is(read(table, qc, qv), table, "stray"))),
      ),
      every(
        [c$, w$, d$],
        implies(equal(read(table, qc, qv), pd), and(equal(qc, read(target, pd)), equal(qv, read(vector, pd)))),
      ),
      not(read(vectorLock)),
    ),
    actions,
    properties: [
      {
        id: "carrier-exists",
        title: "an uncovered event has a carrier",
        holds: every(
          [d$],
          or(
            not(read(uncovered, pd)),
            and(read(pending, pd), read(inProgress, pd)),
            some(
              [c$, w$],
              and(
                read(irr, qc, qv),
                or(equal(read(table, qc, qv), pd), and(isMoving, equal(mover, qc), equal(read(vector, pd), qv))),
              ),
            ),
            some([c$], and(isStray(qc, read(frameVector, qc)), equal(read(table, qc, read(frameVector, qc)), pd))),
          ),
        ),
      },
      {
        id: "target-live",
        title: "a target is the device's own slot",
        holds: every([d$], equal(read(table, read(target, pd), read(vector, pd)), pd)),
      },
    ],
    abstractions: [],
    assumptions: [],
    unread: [],
  };
}
