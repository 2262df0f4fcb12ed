import { isOn, type Spans } from "../observe/spans.ts";
import { targetText, type Machine, type Observation, type RealTarget } from "../observe/observation.ts";

/** The facts about a device by which a message is assigned to it. */
interface Owner {
  readonly key: string;
  readonly maskable: boolean;
  /** Its name in raise lines; null until one was followed by a message to the target in its registers. */
  source: string | null;
  /** Lines of raises that no message followed, since the last message. */
  unanswered: number[];
}

/** Target in a device's registers; null where that is not known. */
export interface Pair {
  readonly cpu: number | null;
  readonly vector: number | null;
}

/**
 * Assigns a message to a device: by the raise line before it, or by the devices' registers. A device
 * whose model logs its raises has a message for each, and a raise for each message.
 */
export class Owners {
  readonly #owners: readonly Owner[];
  readonly #spans: Spans;
  readonly #pairOf: (key: string) => Pair;
  readonly #complain: (line: number, what: string) => void;
  #raise: { readonly source: string; readonly line: number } | null = null;
  /** Raise lines that no message followed. */
  unanswered = 0;

  constructor(machine: Machine, pairOf: (key: string) => Pair, complain: (line: number, what: string) => void) {
    this.#owners = machine.devices.map(({ key, maskable }) => ({ key, maskable, source: null, unanswered: [] }));
    this.#spans = machine.spans;
    this.#pairOf = pairOf;
    this.#complain = complain;
  }

  /** Name of a device in raise lines; null when that is not known. */
  sourceOf(key: string): string | null {
    return this.#owners.find((owner) => owner.key === key)?.source ?? null;
  }

  /** Whatever is not a message. */
  pass(step: Observation): void {
    const raised = this.#raise;
    this.#raise = step.kind === "raise" ? { source: step.source, line: step.line } : null;
    if (raised === null || step.kind === "gap") return;
    const owner = this.#owners.find(({ source }) => source === raised.source);
    // One that is masked sends nothing.
    if (owner === undefined || owner.maskable) return;
    // Where the recording of messages has ended before that of raises, nothing is wrong.
    if (owner.unanswered.length < 3) owner.unanswered.push(raised.line);
    this.unanswered++;
  }

  /** The device whose message this is, if it is one. */
  ownerOf(message: Observation & { kind: "message" }): string | null {
    const owner = this.#ownerOf(message);
    if (owner === undefined || message.to === null) return null;
    for (const line of owner.unanswered) this.#complain(line, `${owner.key} raises, but no message follows`);
    owner.unanswered = [];
    return owner.key;
  }

  #ownerOf({ to, line }: Observation & { kind: "message" }): Owner | undefined {
    const raised = this.#raise;
    this.#raise = null;
    // More than one while a torn target of one device is another's.
    const alike = this.#owners.filter(({ key }) => to !== null && isPair(this.#pairOf(key), to));
    const [named] = alike;
    if (raised === null) {
      // A device whose model logs its raises sends nothing else, unless it had waited for its mask bit.
      const isLogged = isOn(this.#spans.raises, line);
      if (isLogged && named !== undefined && named.source !== null && !named.maskable) {
        this.#complain(line, `a message to ${targetText(to)} arrives without a raise of ${named.key}`);
      }
      return named;
    }
    const bound = this.#owners.find(({ source }) => source === raised.source);
    if (bound === undefined) {
      const unbound = alike.filter(({ source }) => source === null);
      if (unbound.length === 1) unbound[0]!.source = raised.source;
      return unbound[0] ?? named;
    }
    const pair = this.#pairOf(bound.key);
    if (!alike.includes(bound) && pair.cpu !== null && pair.vector !== null && isOn(this.#spans.words, line)) {
      this.#complain(
        line,
        `${bound.key} raises and its message goes to ${targetText(to)}, but its registers contain ${targetText(pair as RealTarget)}`,
      );
    }
    return bound;
  }
}

function isPair({ cpu, vector }: Pair, target: RealTarget): boolean {
  return cpu === target.cpu && vector === target.vector;
}
