import type { Property, Severity } from "../checker/index.ts";
import type { InterruptSystem, ReadonlySystemState, SystemState } from "../model/index.ts";
import type { PropertyId } from "./ids.ts";

/** A property of modelled systems, with its description in `irqproof properties`. */
export interface PropertyEntry {
  readonly id: PropertyId;
  /** The statement that is proved or refuted: a sentence without a full stop. */
  readonly title: string;
  /** The severity of a violation. */
  readonly severity: Severity;
  /** The question that the verdict answers, as a clause after "Shows". */
  readonly learns: string;
  /** Whether the property applies to the system; if absent, it applies to all. */
  readonly applies?: (system: InterruptSystem) => boolean;
  readonly property: (system: InterruptSystem) => Property<SystemState>;
}

/** A state, read-only, as predicates receive it. */
export type State = ReadonlySystemState;
