import { anyFunction, anything, object, optional, type Rule } from "../definition/index.ts";
import { InternalError, messageOf, ModelError } from "../errors.ts";
import { Pace } from "../pace.ts";
import { isSafety, type ActionInstance, type Model, type SafetyProperty } from "../language/index.ts";
import { Direct } from "../semantics/direct.ts";
import { isDeadlock, semanticsOf, type Semantics, type State } from "../semantics/semantics.ts";
import { deepFreeze } from "../schema/freeze.ts";
import { unpackerOf } from "../schema/generated.ts";
import type { Layout } from "../schema/index.ts";
import { requireSameModel } from "./header.ts";
import type { Members } from "./members.ts";
import { openCertificate, type Certificate } from "./read.ts";

/** Options for `verifyCertificate`. */
export interface VerifyOptions {
  readonly signal?: AbortSignal;
  /** Called about four times a second. */
  readonly onProgress?: (progress: VerifyProgress) => void;
}

const optionsRule: Rule = object<VerifyOptions>("an object", "{ onProgress }", {
  signal: optional(anything),
  onProgress: optional(anyFunction("({ checked, states }) => { ... }")),
});

/** Progress of a verification. */
export interface VerifyProgress {
  readonly checked: number;
  readonly states: number;
  readonly seconds: number;
}

/** Why a set of states does not prove what its certificate claims. */
export type Flaw<S> =
  | { readonly kind: "initial"; readonly state: State<S> }
  | {
      readonly kind: "successor";
      readonly state: State<S>;
      readonly instance: ActionInstance<S>;
      readonly next: State<S>;
    }
  | {
      readonly kind: "property";
      readonly id: string;
      readonly state: State<S>;
      /** For a property of steps: the step that violates it. */
      readonly instance: ActionInstance<S> | undefined;
      readonly next: State<S> | undefined;
      readonly because: string | undefined;
    };

/** Result of a verification. */
export interface Verification<S> {
  /**
   * Whether the states contain the initial ones, no step leads out of them, and every one satisfies the properties. Then
   * every reachable state is one of them, and the properties hold; there may be more of them than can be reached.
   */
  readonly proved: boolean;
  readonly properties: readonly string[];
  readonly states: number;
  /** Steps that were taken, or, where the proof has a flaw, until then. */
  readonly transitions: number;
  readonly flaw: Flaw<S> | undefined;
  readonly seconds: number;
}

/**
 * Verifies a certificate using the model's own functions, called directly and compared with the reference semantics now
 * and then: no search, no engine, nothing read as terms.
 *
 * @param certificate a file name, or what `openCertificate` returned
 * @throws ModelError when the file is no certificate of this model, or damaged; when the verification was aborted
 */
export async function verifyCertificate<S>(
  certificate: string | Certificate,
  model: Model<S>,
  options: VerifyOptions = {},
): Promise<Verification<S>> {
  optionsRule.check(options, "verifyCertificate: its options");
  const opened = typeof certificate === "string" ? await openCertificate(certificate) : certificate;
  const { file, header } = opened;
  requireSameModel(file, header, model);
  const started = performance.now();
  const verifier = new Verifier(file, model, header.properties, await opened.members());
  const seconds = (): number => (performance.now() - started) / 1000;
  const result = (): Verification<S> => ({
    proved: verifier.flaw === undefined,
    properties: header.properties,
    states: header.states,
    transitions: verifier.transitions,
    flaw: verifier.flaw,
    seconds: seconds(),
  });
  verifier.initial();
  const pace = new Pace(options);
  for (let number = 0; number < header.states && verifier.flaw === undefined; number++) {
    verifier.member(number);
    if (!pace.isDue()) continue;
    if (await pace.pause(() => ({ checked: number + 1, states: header.states, seconds: seconds() }))) {
      throw new ModelError(`${file} was verified only in part: stopped after ${number + 1} of ${header.states} states`);
    }
  }
  return result();
}

class Verifier<S> {
  flaw: Flaw<S> | undefined;
  transitions = 0;
  readonly #file: string;
  readonly #model: Model<S>;
  readonly #members: Members;
  readonly #semantics: Semantics<S>;
  readonly #decode: Layout<S>["decode"];
  readonly #direct: Direct<S>;
  readonly #properties: readonly (readonly [id: string, property: SafetyProperty<S>])[];
  readonly #ofSteps: readonly (readonly [id: string, property: SafetyProperty<S> & { readonly kind: "step" }])[];
  readonly #words: Uint32Array;

  constructor(file: string, model: Model<S>, properties: readonly string[], members: Members) {
    this.#file = file;
    this.#model = model;
    this.#members = members;
    this.#decode = unpackerOf(model.layout);
    this.#semantics = semanticsOf(model);
    this.#direct = new Direct(model, this.#semantics);
    this.#words = new Uint32Array(model.layout.words);
    const claimed = properties.flatMap((id) => {
      const property = model.properties.get(id);
      return property === undefined || !isSafety(property) ? [] : [[id, property] as const];
    });
    this.#properties = claimed;
    this.#ofSteps = claimed.flatMap(([id, property]) => (property.kind === "step" ? [[id, property] as const] : []));
  }

  /** Every initial state must be a member. */
  initial(): void {
    for (const state of this.#model.initial) {
      this.#model.layout.encode(state, this.#words, 0);
      if (!this.#members.has(this.#words)) this.flaw ??= { kind: "initial", state };
    }
  }

  /** Every successor of a member must be a member, and the member and its steps must satisfy the properties. */
  member(number: number): void {
    const packed = this.#members.words;
    const at = number * this.#words.length;
    const state = this.#unpack(number, at);
    const enabled: ActionInstance<S>[] = [];
    for (const instance of this.#model.instances) {
      if (!this.#direct.enabled(instance, state)) continue;
      enabled.push(instance);
      this.transitions++;
      const next = this.#direct.take(instance, state, packed, at, this.#words);
      if (!this.#members.has(this.#words))
        this.flaw ??= { kind: "successor", state: deepFreeze(state), instance, next: deepFreeze(next) };
      if (this.#ofSteps.length === 0) continue;
      // A state made by a recipe may have one object in two places, or an object of the state before.
      const after = this.#decode(this.#words, 0) as State<S>;
      for (const [id, property] of this.#ofSteps) {
        const violation = this.#direct.violation(id, () => property.holds(state, instance, after));
        if (violation !== undefined) {
          this.flaw ??= { kind: "property", id, state, instance, next: deepFreeze(after), ...violation };
        }
      }
    }
    for (const [id, property] of this.#properties) {
      if (property.kind === "always") {
        const violation = this.#direct.violation(id, () => property.holds(state));
        if (violation !== undefined) this.flaw ??= violated(id, state, violation.because);
      } else if (property.kind === "noDeadlock" && isDeadlock(property, state, enabled)) {
        this.flaw ??= violated(id, state, undefined);
      }
    }
    // To freeze each state would take as long as all the rest. So it is looked at again instead.
    if (this.#otherThan(at, state) !== undefined) this.#blame(number, at);
  }

  /** Says which guard or predicate has written to a state. */
  #blame(number: number, at: number): never {
    const { name, instances } = this.#model;
    const state = this.#semantics.unpack(this.#members.words, at);
    const next = new Uint32Array(this.#words.length);
    for (const instance of instances) {
      if (!this.#semantics.enabled(instance, state)) continue;
      this.#semantics.apply(instance, state, next, 0);
      const after = this.#semantics.unpack(next, 0);
      for (const [id, property] of this.#ofSteps) {
        this.#semantics.judge(id, () => property.holds(state, instance, after));
      }
    }
    for (const [id, property] of this.#properties) {
      if (property.kind === "always") this.#semantics.judge(id, () => property.holds(state));
    }
    throw new ModelError(
      `model ${name}: a guard or a predicate writes to state ${number} of ${this.#file}: guards and predicates must only read`,
    );
  }

  /** The value of a member. Whatever unpacks it, the layout packs it again: that makes it the value, and the only one. */
  #unpack(number: number, at: number): State<S> {
    const { layout, name } = this.#model;
    const state = this.#decode(this.#members.words, at);
    if (this.#otherThan(at, state) === undefined) return state as State<S>;
    const why = this.#otherThan(at, layout.decode(this.#members.words, at));
    if (why === undefined) throw new InternalError(`model ${name}: a state was unpacked contrary to its layout`);
    throw new ModelError(`${this.#file} is damaged: state ${number} is not a state of the model${why}`);
  }

  /** Undefined where a value is packed as the member is; otherwise the fault, if it can be described. */
  #otherThan(at: number, state: unknown): string | undefined {
    const { words } = this.#members;
    try {
      this.#model.layout.encode(state, this.#words, 0);
    } catch (error) {
      return `: ${messageOf(error)}`;
    }
    for (let word = 0; word < this.#words.length; word++) if (this.#words[word] !== words[at + word]) return "";
    return undefined;
  }
}

function violated<S>(id: string, state: State<S>, because: string | undefined): Flaw<S> {
  return { kind: "property", id, state, instance: undefined, next: undefined, because };
}
