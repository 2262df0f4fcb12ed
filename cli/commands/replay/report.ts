import { targetText, type RecordingReport } from "../../../recordings/index.ts";
import { count, counted, listed, paragraph } from "../../output/format.ts";
import { replayVerdicts } from "./verdicts.ts";
import { table } from "../../output/table.ts";
import type { Style } from "../../output/terminal.ts";

/** Maximal numbers of notable moves, flaws, and other items that are reported individually. */
const MAX_LISTED = { moves: 8, unused: 12 };

/** Report on a recording and its fit with the model, at most 80 columns wide. */
export function replayReport(report: RecordingReport, style: Style): string[] {
  return [
    ...recorded(report, style),
    ...strategies(report, style),
    ...found(report),
    ...interesting(report, style),
    ...flaws(report, style),
    ...replayVerdicts(report, style),
  ];
}

function recorded(report: RecordingReport, style: Style): string[] {
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
        `${counted(qemu.messages, "message")} of moving devices, ${count(qemu.others)} others, ${counted(qemu.raises, "raise line")}; ${counted(qemu.rewrites, "rewrite")} of messages, ${count(qemu.unchanged)} of them unchanged`,
        4,
      ),
    );
    if (qemu.firstIsMove > 0 && qemu.firstIsMove <= machine.devices.length) {
      lines.push(...paragraph("the first rewrite counts as a move: earlier messages of the device went elsewhere", 4));
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
    if (machine.devices.length === 0) lines.push("    no device's message is ever rewritten");
    if (qemu.refused > 0) {
      lines.push(`    ${counted(qemu.refused, "refused move")}: masked, then unmasked`);
    }
    if (qemu.unanswered > 0) {
      lines.push(
        ...paragraph(
          `${counted(qemu.unanswered, "raise line")} without a message, because QEMU's log stops before it`,
          4,
        ),
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
    const shownKinds = unused.slice(0, MAX_LISTED.unused).map(([kind, lines]) => `${kind} ${count(lines)}`);
    const rest = unused.length - shownKinds.length;
    lines.push(
      ...paragraph(
        `not used: ${shownKinds.join("; ")}${rest > 0 ? `; and ${counted(rest, "kind")} more (--json)` : ""}`,
        2,
      ),
    );
  }
  return lines;
}

function strategies({ strategies: all, guest, qemu }: RecordingReport, style: Style): string[] {
  const number = (heading: string): { heading: string; align: "right" } => ({ heading, align: "right" });
  if (qemu === null) {
    const [, once = 0, twice = 0] = guest?.rewrites ?? [];
    if (guest?.missing.includes("msi_write") === true) {
      return [
        "",
        style.strong("Moves"),
        ...paragraph(
          `Moves cannot be seen in this trace: it has ${guest.vectorChanges === 0 ? "" : `${counted(guest.vectorChanges, "change")} of an interrupt's vector (vector_update), but `}no line of ${listed(guest.missing)}. The kernel has no tracepoint for a rewrite: these events are kprobes on pci_msi_domain_write_msg and msi_set_affinity, set by recordings/capture/guest.sh.`,
          2,
        ),
      ];
    }
    return [
      "",
      style.strong("Moves, from the guest's trace alone"),
      `  rewritten once (direct) ${count(once)}, twice (two-step) ${count(twice)}`,
      `  followed by a handler on the same CPU ${count(guest?.withHandler ?? 0)}, not followed by one ${count(guest?.withoutHandler ?? 0)}`,
      ...paragraph(
        "The guest's trace lacks the order of register writes, the raises, the request bits and the accepted vectors, so nothing is checked against the model.",
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
    ...paragraph(
      "messages of the device during moves: before the first changed word is written (from the first word of the rewrite on), between the first and the last changed word, and after the last (until the next logged step of its CPU); window: the median time between the first and the last changed word",
      2,
    ),
  ];
}

function found({ sums, stalls, qemu, guest }: RecordingReport): string[] {
  if (qemu === null) return [];
  const lines: string[] = [];
  if (sums.misdirected > 0) {
    lines.push(
      ...paragraph(
        `${counted(sums.misdirected, "misdirected message")} in ${counted(sums.misdirectedMoves, "move")}, for example to the new CPU with the old vector`,
        2,
      ),
    );
    if (sums.madeGood !== null && guest?.context === "interrupt") {
      lines.push(
        ...paragraph(
          `after ${count(sums.madeGood)} of these ${counted(sums.misdirectedMoves, "move")} the handler runs next on the same CPU, in the same interrupt: it serves the event of the lost message, so the message is lost and the event is not`,
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
        `${counted(sums.checked, "check")} of the intermediate target, ${count(sums.checkedOne)} read 1; ${counted(sums.retriggers, "retrigger")} by IPI; ${counted(sums.swallowed, "interrupt")} swallowed there afterwards${sums.swallowed === 0 ? " (visible only if the recording has the CPU of each accepted vector)" : ""}`,
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
        ? "and then nothing until the end"
        : `and then nothing for ${(stall.to - stall.from).toFixed(2)} s`;
    lines.push(
      ...paragraph(
        `STALE: ${stall.device} raises at line ${count(stall.hit.line)}, in move ${count(stall.move)}, to ${targetText(stall.hit.to)}, where it has no handler, ${silent}; its message is rewritten ${count(stall.rewrites)} times in the meantime`,
        2,
      ),
    );
    lines.push(
      ...paragraph(
        stall.hit.command === null
          ? "the command is not in the log; record memory_region_ops_write of the device's registers"
          : `last command to the device: ${stall.hit.command}`,
        4,
      ),
    );
  }
  if (lines.length === 0) lines.push("  no misdirected message");
  return ["", ...lines];
}

/** The notable moves as clauses, the most significant first. */
export function interestingMoves({ interesting: moves, replayed }: RecordingReport, most: number): string[] {
  const strays = new Map(
    replayed
      .flatMap(({ results }) => results.find((result) => result.contradictions === 0 && result.moves > 0)?.strays ?? [])
      .map((stray) => [stray.line, stray]),
  );
  return moves.slice(0, most).map((move) => {
    const kinds = [...new Set(move.hits.map(({ kind, to }) => `${kind} to ${targetText(to)}`))];
    const first = move.hits[0];
    const parts = [`${targetText(move.from)} -> ${targetText(move.to)}`];
    if (first !== undefined) {
      parts.push(`${counted(move.hits.length, "message")} ${kinds.join(" and ")} (line ${first.line})`);
    }
    const stray = first === undefined ? undefined : strays.get(first.line);
    if (stray !== undefined && stray.lost > 0) {
      parts.push(`nothing carries the event in ${stray.lost} of ${stray.states} fitting states`);
    }
    if (move.check !== null) parts.push(`check read ${move.check}`);
    if (move.retriggers > 0) parts.push("retriggered");
    if (move.guest?.handlerFollows === true) parts.push("handler follows");
    if (move.guest?.hardIrq === false) parts.push("no handler follows: not moved in an interrupt");
    if (move.swallowed > 0) parts.push(`${move.swallowed} swallowed`);
    return parts.join(", ");
  });
}

function interesting(report: RecordingReport, style: Style): string[] {
  const { interesting: moves, interestingCount } = report;
  if (moves.length === 0) return [];
  return [
    "",
    style.strong("Notable moves"),
    ...table(
      [{ heading: "  move", align: "right" }, { heading: "line", align: "right" }, { heading: "observation" }],
      interestingMoves(report, MAX_LISTED.moves).map((text, index) => {
        const { number, line } = moves[index]!;
        return [`  ${count(number)}`, String(line), text];
      }),
    ),
    ...(interestingCount > MAX_LISTED.moves
      ? [
          `  and ${count(interestingCount - MAX_LISTED.moves)} more (--json${interestingCount > moves.length ? ` has ${count(moves.length)}` : ""})`,
        ]
      : []),
  ];
}

function flaws({ flaws: all, flawCount }: RecordingReport, style: Style): string[] {
  if (flawCount === 0) return [];
  return [
    "",
    style.bad(`The recording contradicts itself in ${counted(flawCount, "place")}`),
    ...all.flatMap(({ side, line, what }) =>
      paragraph(`${side === "guest" ? "guest line" : "line"} ${line}: ${what}`, 2),
    ),
    ...(flawCount > all.length ? [`  and ${count(flawCount - all.length)} more`] : []),
  ];
}
