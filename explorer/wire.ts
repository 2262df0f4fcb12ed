/**
 * Data of the page as plain values: the server sends it as JSON, an HTML report has it inside. The texts are the
 * model's own and may contain anything; the page sets them as text, never as markup. It imports nothing, because it is a
 * part of the page too; its verdicts, severities and paths are those of the checker.
 */

/** The severities, the worst first. */
export const SEVERITY_ORDER = ["loss", "danger", "rule", "liveness", "bookkeeping"] as const;

/** Severity of a violation. */
export type Severity = (typeof SEVERITY_ORDER)[number];

/** The verdict on a property. */
export type Verdict = "holds" | "violated" | "inconclusive" | "error";

/** A run: an initial state and the instances taken from it, by their indices. */
export interface Path {
  readonly initial: number;
  readonly instances: readonly number[];
  /** For an infinite run: the number of instances after which the rest is repeated for ever. */
  readonly loopFrom?: number;
}

/** A vertical line of the sequence diagram. */
export interface Lane {
  readonly name: string;
  readonly kind: "cpu" | "controller" | "fabric" | "device" | "actor";
}

/** Judgement on an arrow or a lane: as it should be, worth attention, or wrong. */
export type Tone = "good" | "plain" | "warn" | "bad";

/** An arrow of a step, between two lanes. */
export interface Arrow {
  readonly from: number;
  /** The lane that it points to. */
  readonly to: number;
  readonly kind: "message" | "write" | "ipi" | "task";
  readonly tone: Tone;
  /** It ends before the lane, in nothing: nothing there takes it. */
  readonly isLost: boolean;
  /** Text at its head, such as the owner of the vector. */
  readonly head: string;
}

/** A lane after a step. */
export interface LaneState {
  readonly tone: Tone;
  /** Its activity: "idle" is drawn as a line, everything else as a bar. */
  readonly kind: "idle" | "busy" | "irqs-off" | "offline" | "points";
  /** Meaning of the bar, such as the target of the device's message. */
  readonly text: string;
}

/** A named value of the machine, such as a register. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly tone: Tone;
}

/** A row of a CPU's vector table. */
export interface VectorRow {
  readonly name: string;
  /** The cells under the columns of the card. */
  readonly cells: readonly Fact[];
  /** The devices whose next message goes here. */
  readonly senders: readonly string[];
}

/** A part of the machine: a CPU with its vectors, a device, a controller, a descriptor. */
export interface Card {
  readonly title: string;
  readonly status: string;
  readonly tone: Tone;
  readonly facts: readonly Fact[];
  readonly vectors?: { readonly columns: readonly string[]; readonly rows: readonly VectorRow[] };
}

/** A state with the step that leads to it. */
export interface StepView {
  /** Index of the instance that is taken; null for the initial state. */
  readonly instance: number | null;
  readonly action: string;
  /** The lane of the actor; null where the model names none. */
  readonly lane: number | null;
  readonly label: string;
  readonly changes: readonly string[];
  readonly arrows: readonly Arrow[];
  /** Judgement on the step: "bad" where it dispatches an interrupt without a handler. */
  readonly tone: Tone;
  readonly lanes: readonly LaneState[];
  readonly state: unknown;
  readonly machine: readonly Card[];
  /** Whether the model is at rest here: only the environment can act, or nothing can. */
  readonly isIdle: boolean;
  /** The safety properties that are violated here, or by this step. */
  readonly violated: readonly { readonly id: string; readonly because?: string }[];
  /** For a step of a recording: the lines of the log that it stands for. */
  readonly log?: readonly string[];
}

/** A step that is enabled in a state. */
export interface Choice {
  readonly instance: number;
  readonly action: string;
  readonly actor: string;
  readonly label: string;
  readonly changes: readonly string[];
  /** The properties that it violates and that the state before does not. */
  readonly violates: readonly string[];
}

/** The steps that are enabled in a state. */
export interface Choices {
  readonly choices: readonly Choice[];
  /** Number of enabled steps that are not listed. */
  readonly more: number;
}

/** A run that decides a property. */
interface RunView extends Path {
  readonly because?: string;
  readonly conclusion?: string;
}

/** A property with what is known of it. */
export interface PropertyView {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  /** Lesson of a violation, where the property has one. */
  readonly learns?: string;
  readonly severity: Severity;
  readonly verdict: Verdict | "open";
  readonly remark?: string;
  readonly fairness?: string;
  /** A shortest counterexample, or for a `sometimes` that holds, a witness. */
  readonly run?: RunView;
}

/** Number of steps of an action in a search. */
export interface Coverage {
  readonly action: string;
  /** Steps of its instances, once from each distinct state. */
  readonly taken: number;
  /** The breadth-first level at which it was first enabled; undefined where it never was. */
  readonly level?: number;
  /** The reason why it is never enabled, where that is no mistake. */
  readonly because?: string;
}

/** A function of the model that fails in a reachable state. */
export interface MistakeView {
  /** The property, or the step, that it belongs to. */
  readonly subject: string;
  readonly message: string;
  /** File, line and column, and the expression. */
  readonly place?: string;
  /** The run to the state in which it fails. */
  readonly run: Path;
}

/** Progress of a search. */
export interface ProgressView {
  readonly states: number;
  readonly depth: number;
  readonly frontier: number;
  readonly seconds: number;
  /** The states are known, and their transitions are being stored for properties of infinite runs. */
  readonly isStoring: boolean;
}

/** Result of a search of all states. */
export interface CheckedView {
  readonly verdict: Verdict;
  /** Why it ended early, as a clause. */
  readonly stopped?: string;
  /** Absent where the states were not enumerated. */
  readonly states?: { readonly distinct: number; readonly transitions: number; readonly depth: number };
  /** Method, such as the engine of the search. */
  readonly engine: string;
  readonly seconds: number;
  readonly hash: string;
  readonly properties: readonly PropertyView[];
  readonly coverage: readonly Coverage[];
  readonly mistakes: readonly MistakeView[];
  /** A run that shows what the model does, where it has no counterexample. */
  readonly example?: Path & { readonly title: string };
}

/** Goal of a search from a state. */
export type Goal =
  | { readonly kind: "all" }
  /** Any violation, or one of the property. */
  | { readonly kind: "violation"; readonly property?: string }
  | { readonly kind: "rest" };

/** Result of a search from a state: the steps to take from there; undefined where there is no way. */
export interface WayView {
  readonly goal: Goal;
  readonly from: string;
  readonly instances?: readonly number[];
  /** The property that is violated at the end. */
  readonly property?: string;
  /** It was stopped before it had seen everything. */
  readonly stopped?: string;
}

/** A search as the page sees it. */
export type SearchView<Result> =
  | { readonly kind: "running"; readonly progress?: ProgressView }
  | { readonly kind: "done"; readonly result: Result }
  /** The model is wrong, or the search failed. */
  | { readonly kind: "failed"; readonly message: string };

/** A model as the page shows it before anything is known of its states. */
export interface Overview {
  readonly id: string;
  readonly title: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly lanes: readonly Lane[];
  /** Interrupts are moved in it: there is a picture of the machine. */
  readonly isSystem: boolean;
  readonly properties: readonly PropertyView[];
  readonly initialStates: number;
  /** Qualifications of the verdicts, such as that the model is a suspicion; paragraphs. */
  readonly notes: readonly string[];
}

/** An entry of the catalogue, to choose from. */
export interface EntryView {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** The expected verdict on whether an interrupt is lost, where there is one. */
  readonly expected?: Verdict;
}

/** A run in a file: its first steps and its last ones; of a run that is not very long all are among the first. */
export interface BookRun {
  readonly head: readonly StepView[];
  readonly tail: readonly StepView[];
  /** Steps in all, without the initial state. */
  readonly length: number;
}

/** Everything that a report in one file shows. */
export interface Book {
  readonly overview: Overview;
  /** Result of the search; absent in the report on a recording. */
  readonly checked?: CheckedView;
  /** The last line of the report. */
  readonly summary: string;
  readonly version: string;
  /** The report as text, where it has more than the page shows otherwise. */
  readonly text?: string;
  /** The runs by their paths, as far as they are in the file. */
  readonly runs: Readonly<Record<string, BookRun>>;
  /** For a recording: what was found in it, move by move. */
  readonly moves?: readonly MoveView[];
}

/** A move of a recording that is worth a look. */
export interface MoveView {
  readonly title: string;
  readonly text: string;
  readonly log: readonly string[];
  /** The path of its run in the book. */
  readonly run?: string;
}
