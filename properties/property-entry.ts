import type { Property, Severity } from "../checker/index.ts";
import type { InterruptSystem, PropertyId, ReadonlySystemState, SystemState } from "../model/index.ts";

/** A property of modelled systems, with what `irqproof properties` tells of it. */
export interface PropertyEntry {
  readonly id: PropertyId;
  /** Its row in the table of properties of docs/model.md, such as "PR1". */
  readonly row: string;
  /** What holds when it holds: a sentence without a full stop. */
  readonly title: string;
  /** How bad a violation is. */
  readonly severity: Severity;
  /** What a maintainer learns from it. */
  readonly learns: string;
  /** Whether the property has a meaning for the system. Without it, it always has. */
  readonly applies?: (system: InterruptSystem) => boolean;
  readonly property: (system: InterruptSystem) => Property<SystemState>;
}

/** A state as a predicate sees it. */
export type State = ReadonlySystemState;
