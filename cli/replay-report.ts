import { chart, type Trace } from "../checker/index.ts";
import { wrap } from "../checker/trace/text.ts";
import type { ConformanceReport, ReplayedDevice } from "../conformance/index.ts";
import { mostCpus, targetText } from "../conformance/index.ts";
import { vectorName, type SystemState } from "../model/index.ts";
import { count, counted } from "./format.ts";
import { table } from "./table.ts";
import { WIDTH, type Style } from "./terminal.ts";

/** So many of the moves worth a look are told of, and so many flaws and entries in full. */
const TOLD = { moves: 8, unused: 12 };

/** What a recording shows and how it fits the model, at most 80 columns wide. */
export function replayReport(report: ConformanceReport, style: Style): string[] {
  return [
    ...recorded(report, style),
    ...strategies(report, style),
    ...found(report),
    ...interesting(report, style),
    ...flaws(report, style),
    ...verdicts(report, style),
  ];
}

function paragraph(text: string, indent = 0): string[] {
  const [first = "", ...more] = wrap(text, WIDTH - indent - 2);
  return [" ".repeat(indent) + first, ...more.map((line) => " ".repeat(indent + 2) + line)];
}

function recorded(report: ConformanceReport, style: Style): string[] {
  const { qemu, guest, machine } = report;
  const replayed = new Set(report.replayed.map(({ device }) => device.key));
  const lines = [style.strong("Recorded")];
  if (machine !== null && qemu !== null) {
    const controller = machine.controller === "imsic" ? "IMSIC" : "local APICs";
    const mode = machine.destinations === null ? "" : `, ${machine.destinations} destinations`;
    lines.push(
      ...paragraph(
        `QEMU: ${counted(qemu.lines, "line")}; ${counted(machine.cpus, "CPU")} with ${controller}${mode} (CPUs: ${machine.threads})`,
        2,
      ),
      ...paragraph(
        `${counted(qemu.messages, "message")} of devices that move, ${count(qemu.others)} others, ${counted(qemu.raises, "raise line")}; ${counted(qemu.rewrites, "rewrite")} of messages, ${count(qemu.unchanged)} of them unchanged`,
        4,
      ),
    );
    if (qemu.firstIsMove > 0 && qemu.firstIsMove <= machine.devices.length) {
      lines.push(
        ...paragraph(
          "the first rewrite counts as a move: by the messages before it the device's message went elsewhere",
          4,
        ),
      );
    }
    for (const each of machine.devices) {
      const where = each.capability === null ? "" : ` capability at 0x${each.capability.toString(16)},`;
      const bits = each.capability === null ? "" : ` ${each.wide ? 64 : 32}-bit address,`;
      lines.push(
        ...paragraph(
          `${each.title}: ${each.form},${where}${bits} ${each.maskable ? "maskable" : "no mask bit"}${replayed.has(each.key) ? "" : "; never moves: only observed"}`,
          4,
        ),
      );
    }
    if (machine.devices.length === 0) lines.push("    no device's message is rewritten");
    if (qemu.refused > 0) {
      lines.push(`    ${counted(qemu.refused, "refused move")}: masked, and unmasked again`);
    }
    if (qemu.unanswered > 0) {
      lines.push(
        ...paragraph(`${counted(qemu.unanswered, "raise line")} without a message, which QEMU logs no more`, 4),
      );
    }
  }
  if (guest !== null) {
    lines.push(
      ...paragraph(
        `guest: ${counted(guest.lines, "line")}; ${counted(guest.handlers, "handler run")} (${count(guest.unhandled)} unhandled), ${counted(guest.moves, "move")}, ${counted(guest.refused, "refused move")} (-EBUSY), ${counted(guest.retriggers, "retrigger")}, ${counted(guest.freed, "old vector")} given back`,
        2,
      ),
    );
    if (guest.context !== null) {
      lines.push(`    the message is rewritten in ${guest.context === "interrupt" ? "a hard interrupt" : "a task"}`);
    }
    if (report.paired > 0) lines.push(`    ${counted(report.paired, "rewrite")} found on both sides`);
  }
  const unused = [...(qemu?.unused ?? []), ...(guest?.unused ?? [])];
  if (unused.length > 0) {
    const told = unused.slice(0, TOLD.unused).map(([kind, lines]) => `${kind} ${count(lines)}`);
    const rest = unused.length - told.length;
    lines.push(
      ...paragraph(`not used: ${told.join("; ")}${rest > 0 ? `; and ${counted(rest, "kind")} more (--json)` : ""}`, 2),
    );
  }
  return lines;
}

function strategies({ strategies: all, guest, qemu }: ConformanceReport, style: Style): string[] {
  const number = (heading: string): { heading: string; align: "right" } => ({ heading, align: "right" });
  if (qemu === null) {
    const [, once = 0, twice = 0] = guest?.rewrites ?? [];
    return [
      "",
      style.strong("Moves, by the guest's trace alone"),
      `  rewritten once (direct) ${count(once)}, twice (two-step) ${count(twice)}`,
      `  followed by a handler on the same CPU ${count(guest?.withHandler ?? 0)}, by none ${count(guest?.withoutHandler ?? 0)}`,
      ...paragraph(
        "The order of the words, the raises, the request bits and what was accepted are not in the guest's trace, so nothing is held against the model.",
        2,
      ),
    ];
  }
  if (all.length === 0) return ["", "No move."];
  return [
    "",
    style.strong("Moves"),
    ...table(
      [
        { heading: "  strategy" },
        number("moves"),
        number("before"),
        number("between"),
        number("after"),
        number("moves hit"),
        number("window"),
      ],
      all.map(({ strategy, moves, before, between, after, hit, window }) => [
        `  ${strategy}`,
        count(moves),
        count(before),
        count(between),
        count(after),
        count(hit),
        `${window.toFixed(0)} us`,
      ]),
    ),
    "  before, between, after: messages of the device by the writes of a move",
  ];
}

function found({ sums, stalls, qemu, guest }: ConformanceReport): string[] {
  if (qemu === null) return [];
  const lines: string[] = [];
  if (sums.misdirected > 0) {
    lines.push(
      ...paragraph(
        `${counted(sums.misdirected, "misdirected message")} in ${counted(sums.misdirectedMoves, "move")}: to the new CPU with the old vector, or the like`,
        2,
      ),
    );
    if (sums.madeGood !== null && guest?.context === "interrupt") {
      lines.push(
        ...paragraph(
          `after ${count(sums.madeGood)} of these ${counted(sums.misdirectedMoves, "move")} the handler runs next on the same CPU, in the same interrupt: it sees what the lost message was about, so the message is lost and the event is not`,
          2,
        ),
      );
    }
  }
  if (sums.intermediate > 0) {
    lines.push(
      ...paragraph(
        `${counted(sums.intermediate, "message")} to the intermediate target (old CPU, new vector) in ${counted(sums.intermediateMoves, "move")}`,
        2,
      ),
    );
  }
  if (sums.checked > 0) {
    lines.push(
      ...paragraph(
        `${counted(sums.checked, "check")} of the intermediate target, ${count(sums.checkedOne)} read 1; ${counted(sums.retriggers, "retrigger")} by IPI; ${counted(sums.swallowed, "interrupt")} swallowed there afterwards${qemu.others >= 0 && sums.swallowed === 0 ? " (seen only with accept lines)" : ""}`,
        2,
      ),
    );
  }
  if (sums.latestCleanup !== null) {
    lines.push(
      ...paragraph(
        `${counted(sums.cleanups, "cleanup")} of an old vector, the latest ${(sums.latestCleanup.seconds * 1000).toFixed(1)} ms after its move began (move ${count(sums.latestCleanup.move)})`,
        2,
      ),
    );
  }
  for (const stall of stalls) {
    const silent =
      stall.to === null
        ? "and nothing more until the end"
        : `and then nothing for ${(stall.to - stall.from).toFixed(2)} s`;
    lines.push(
      ...paragraph(
        `STALE: ${stall.device} raises at line ${count(stall.hit.line)}, in move ${count(stall.move)}, to ${targetText(stall.hit.to)}, where nobody waits for it, ${silent}; its message is rewritten ${count(stall.rewrites)} times meanwhile`,
        2,
      ),
    );
    lines.push(
      ...paragraph(
        stall.hit.command === null
          ? "the command is not in the log: record memory_region_ops_write of the device's registers"
          : `what was asked of the device before: ${stall.hit.command}`,
        4,
      ),
    );
  }
  if (lines.length === 0) lines.push("  no message went astray");
  return ["", ...lines];
}

function interesting(report: ConformanceReport, style: Style): string[] {
  const { interesting: moves, interestingCount, replayed } = report;
  if (moves.length === 0) return [];
  const strays = new Map(
    replayed
      .flatMap(({ results }) => results.find((result) => result.contradictions === 0 && result.moves > 0)?.strays ?? [])
      .map((stray) => [stray.line, stray]),
  );
  return [
    "",
    style.strong("Worth a look"),
    ...table(
      [{ heading: "  move", align: "right" }, { heading: "line", align: "right" }, { heading: "what" }],
      moves.slice(0, TOLD.moves).map((move) => {
        const kinds = [...new Set(move.hits.map(({ kind, to }) => `${kind} to ${targetText(to)}`))];
        const first = move.hits[0];
        const parts = [`${targetText(move.from)} -> ${targetText(move.to)}`];
        if (first !== undefined) {
          parts.push(`${counted(move.hits.length, "message")} ${kinds.join(" and ")} (line ${first.line})`);
        }
        const stray = first === undefined ? undefined : strays.get(first.line);
        if (stray !== undefined && stray.lost > 0) {
          parts.push(`nothing carries the event in ${stray.lost} of ${stray.states} states that fit`);
        }
        if (move.check !== null) parts.push(`check read ${move.check}`);
        if (move.retriggers > 0) parts.push("retriggered");
        if (move.guest?.handlerFollows === true) parts.push("handler follows");
        if (move.swallowed > 0) parts.push(`${move.swallowed} swallowed`);
        return [`  ${count(move.number)}`, String(move.line), parts.join(", ")];
      }),
    ),
    ...(interestingCount > TOLD.moves
      ? [
          `  and ${count(interestingCount - TOLD.moves)} more (--json${interestingCount > moves.length ? ` has ${count(moves.length)}` : ""})`,
        ]
      : []),
  ];
}

function flaws({ flaws: all, flawCount }: ConformanceReport, style: Style): string[] {
  if (flawCount === 0) return [];
  return [
    "",
    style.bad(`The recording does not hold together in ${counted(flawCount, "place")}`),
    ...all.flatMap(({ side, line, what }) =>
      paragraph(`${side === "guest" ? "guest line" : "line"} ${line}: ${what}`, 2),
    ),
    ...(flawCount > all.length ? [`  and ${count(flawCount - all.length)} more`] : []),
  ];
}

function verdicts({ replayed, qemu, machine }: ConformanceReport, style: Style): string[] {
  if (qemu === null || machine === null) return [];
  const lines = ["", style.strong("Held against the model")];
  if (replayed.length === 0) lines.push("  there is no move to hold against it");
  for (const each of replayed) {
    if (replayed.length > 1) lines.push(`  ${each.device.title}: ${counted(each.moves, "move")}`);
    lines.push(...verdictsOf(each, machine.cpus, replayed.length === 1, style));
  }
  const results = replayed.flatMap((each) => each.results);
  if (results.some(({ contradictions, unchecked }) => contradictions > 0 && unchecked.afterGivingUp === null)) {
    lines.push(
      ...paragraph(
        "After a contradiction the replay goes on at the next move, with every state in which one may begin.",
        2,
      ),
    );
  }
  return lines;
}

function verdictsOf(
  { device, results, candidates }: ReplayedDevice,
  cpus: number,
  isOnly: boolean,
  style: Style,
): string[] {
  const lines: string[] = [];
  if (results.length === 0) {
    const why =
      cpus > mostCpus
        ? `a recording of more than ${mostCpus} CPUs cannot be held against the model`
        : `no entry of the catalogue can be held against ${device.title}`;
    lines.push(...paragraph(why, 2));
  }
  for (const text of [
    ...grouped(results.filter(({ moves, contradictions }) => moves > 0 && contradictions === 0)).map(
      ([entries, result]) => `${style.good("explains")}    ${entries}: ${explained(result)}`,
    ),
    ...grouped(results.filter(({ contradictions }) => contradictions > 0)).map(
      ([entries, result]) => `${style.bad("contradicts")} ${entries}: ${contradicted(result)}`,
    ),
    ...grouped(results.filter(({ moves }) => moves === 0)).map(
      ([entries]) => `${style.doubtful("not asked")}   ${entries}: no move begins where the model could start`,
    ),
  ]) {
    lines.push(...paragraph(text, 2));
  }
  const only = isOnly && results.length === 1 ? results[0]!.first : null;
  if (only !== null) {
    const { states, allowed } = only;
    lines.push(
      ...paragraph(
        `${counted(states, "state")} fitted until then; ${allowed.length === 0 ? "they would have allowed nothing that is recorded" : `the nearest would have allowed: ${allowed.join("; or: ")}`}`,
        4,
      ),
    );
  }
  const set = [...new Set(results.flatMap(({ as }) => as))];
  if (set.length > 0) {
    lines.push(...paragraph(`set to the recording's where an entry leaves it open: ${set.join("; ")}`, 2));
  }
  const before = Math.max(0, ...results.map(({ unchecked }) => unchecked.beforeFirstMove));
  if (before > 0) {
    lines.push(
      ...paragraph(
        `not checked: ${counted(before, "step")} before the first move, until which it is not known where the device is`,
        2,
      ),
    );
  }
  for (const { entry, outOfVectors } of results.filter((result) => result.outOfVectors > 0)) {
    lines.push(
      ...paragraph(
        `${entry}: ${counted(outOfVectors, "time")} more vectors were in use at once than the model has; the move was left out`,
        2,
      ),
    );
  }
  // A run of no step would be the first state, with every field of it.
  if (only !== null && only.run !== null && only.run.steps.length > 1) {
    lines.push("", ...runChart(candidates[0]!.system.model, only.run, only.vectors, "A run that fits until then"), "");
  }
  return lines;
}

type Result = ReplayedDevice["results"][number];

/** Entries of which the same is told, in one line. */
function grouped(results: readonly Result[]): [string, Result][] {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const key = result.contradictions > 0 ? contradicted(result) : explained(result);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].map((group) => [group.map(({ entry }) => entry).join(", "), group[0]!]);
}

function explained({ moves, steps, most, unchecked }: Result): string {
  const skipped = unchecked.untilNextMove;
  return `${counted(moves, "move")}, ${counted(steps, "step")}, up to ${counted(most, "state")} at once${skipped > 0 ? `; ${counted(skipped, "step")} between windows or moves not checked` : ""}`;
}

function contradicted({ first, contradictions, unchecked }: Result): string {
  const { afterGivingUp, untilNextMove } = unchecked;
  const often =
    afterGivingUp === null
      ? `${counted(contradictions, "time")}${untilNextMove > 0 ? `; ${counted(untilNextMove, "step")} until the next moves not checked` : ""}`
      : `${contradictions} times, then given up: from line ${afterGivingUp.line} on ${counted(afterGivingUp.steps, "step")} not checked`;
  return `first at line ${first!.line}: ${first!.recorded} (${often})`;
}

/** A run as a chart, with what its vectors are called in the recording. */
export function runChart(
  model: Parameters<typeof chart<SystemState>>[0],
  run: Trace<SystemState>,
  vectors: readonly (readonly [number, number])[],
  title: string,
): string[] {
  const names = vectors.map(([vector, real]) => `${vectorName(vector)} is ${real}`).join(", ");
  return [`${title} (vector ${names}):`, "", ...chart(model, run, { width: WIDTH }).split("\n")];
}
