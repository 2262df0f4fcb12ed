import { ModelError } from "../../checker/index.ts";
import { Counts } from "../parse/lines.ts";
import type { GuestLine } from "../parse/guest.ts";
import { addressesAreLogical, MERGED_DEVICE, mergedLog } from "../parse/merged.ts";
import { qemuLog } from "../parse/qemu.ts";
import { threadsFile } from "../parse/threads.ts";
import { Decoder } from "../observe/decoder.ts";
import { ALWAYS_ON } from "../observe/spans.ts";
import { CLEANUP_VECTOR, type Observation } from "../observe/observation.ts";
import { survey, type SurveyedMachine } from "../observe/survey.ts";

/** The files of a recording. */
export interface RecordingFiles {
  readonly qemu?: string;
  readonly guest?: string;
  readonly threads?: string;
  /** Both sides in one file, in order. */
  readonly merged?: string;
}

/** Progress of reading a recording: the pass, and the number of lines so far. */
export type OnProgress = (pass: "survey" | "replay", lines: number) => void;

/** The next item: an observation of QEMU's side, or, in a merged file, a line of the guest's. */
export type SourceItem = Observation | { readonly kind: "guest"; readonly guest: GuestLine };

/** A recording that has been looked through once, and can be read in order. */
export interface Source {
  readonly machine: SurveyedMachine;
  /** Number of lines of QEMU's side. */
  readonly lines: number;
  /** Kinds of line without a used observation, counted when it is read. */
  readonly unused: Counts;
  /** Observations of QEMU's side, in the order in which things happened. */
  items(): AsyncGenerator<readonly SourceItem[]>;
}

/**
 * Looks through QEMU's side of a recording.
 *
 * @param complain of lines that are there twice, when the recording is read
 */
export async function openSource(
  files: RecordingFiles,
  complain: (line: number, what: string) => void,
  onProgress: OnProgress = () => {},
): Promise<Source> {
  if (files.merged !== undefined) return mergedSource(files.merged, complain, onProgress);
  const { qemu } = files;
  if (qemu === undefined) throw new ModelError("replay: a file of QEMU's side is missing");
  const threads = files.threads === undefined ? null : await threadsFile(files.threads);
  let lines = 0;
  const machine = await survey(qemu, threads, new Counts(), (more) => onProgress("survey", (lines += more)));
  const unused = new Counts();
  return {
    machine,
    lines,
    unused,
    async *items() {
      const decoder = new Decoder(machine, unused, complain);
      const onLines = (more: number): void => onProgress("replay", (read += more));
      let read = 0;
      for await (const batch of qemuLog(qemu, unused, onLines, (line) => complain(line, REPEATED))) {
        const seen: Observation[] = [];
        for (const line of batch) {
          const observation = decoder.observe(line);
          if (observation !== undefined) seen.push(observation);
        }
        yield seen;
      }
    },
  };
}

const REPEATED = "this line repeats the one before it, with the same time";

async function mergedSource(
  file: string,
  complain: (line: number, what: string) => void,
  onProgress: OnProgress,
): Promise<Source> {
  let lines = 0;
  let highest = 0;
  let logical: boolean | null = null;
  let writes = 0;
  const seen = {
    accepts: false,
    ends: false,
    requestReads: false,
    ipis: false,
    raises: false,
    messages: false,
    cleanup: false,
  };
  for await (const batch of mergedLog(file, null, new Counts(), (more) => onProgress("survey", (lines += more)))) {
    for (const line of batch) {
      if (line.side === "guest") {
        highest = Math.max(highest, line.guest.cpu);
        continue;
      }
      const { observation } = line;
      logical ??= addressesAreLogical(observation);
      if ("cpu" in observation && observation.cpu !== null) highest = Math.max(highest, observation.cpu);
      if (observation.kind === "write" && observation.word === "data") writes++;
      if (observation.kind === "accept") seen.accepts = true;
      if (observation.kind === "message") seen.messages = true;
      if (observation.kind === "eoi") seen.ends = true;
      if (observation.kind === "irr") seen.requestReads = true;
      if (observation.kind === "raise") seen.raises = true;
      if (observation.kind === "ipi") {
        seen.ipis = true;
        if (observation.vector === CLEANUP_VECTOR) seen.cleanup = true;
      }
    }
  }
  const device = { key: MERGED_DEVICE, title: MERGED_DEVICE, form: "MSI", capability: null } as const;
  const machine: SurveyedMachine = {
    controller: "local-apic",
    cpus: highest + 1,
    devices: writes === 0 ? [] : [{ ...device, wide: true, maskable: false, writes, changes: writes }],
    destinations: logical === null ? null : logical ? "logical" : "physical",
    logs: seen,
    spans: ALWAYS_ON,
    hotplug: false,
    cleanup: seen.cleanup ? "ipi" : "timer",
    threads: "named in the log",
    cpuOf: new Map(),
    files: null,
    acceptsUntil: lines,
  };
  const unused = new Counts();
  return {
    machine,
    lines,
    unused,
    async *items() {
      const onLines = (more: number): void => onProgress("replay", (read += more));
      let read = 0;
      for await (const batch of mergedLog(file, logical, unused, onLines, (line) => complain(line, REPEATED))) {
        yield batch.map((line) =>
          line.side === "guest" ? { kind: "guest" as const, guest: line.guest } : line.observation,
        );
      }
    },
  };
}
