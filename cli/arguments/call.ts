import { parseArgs } from "node:util";
import { ModelError } from "../../checker/errors.ts";
import { didYouMean } from "../../checker/definition/suggest.ts";

/** An option of a command. */
interface Option {
  /** Placeholder of the value in a help text; an option without one is a switch. */
  readonly value?: string;
  /** May be given more than once. */
  readonly repeatable?: boolean;
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

/** The parsed command line of a command. */
export interface Call {
  readonly command: string;
  readonly words: readonly string[];
  /** Whether a switch is given. */
  has(name: string): boolean;
  value(name: string): string | undefined;
  values(name: string): readonly string[];
  /** Options unknown to the command, with their values: parameters, if the model has them. */
  readonly others: ReadonlyMap<string, string>;
}

/**
 * Parses the command line of a command.
 *
 * @param parameters whether the command also takes the parameters of a model as options
 * @throws ModelError on an unknown option, a missing or superfluous value, an option given twice
 */
export function readCall(command: string, given: readonly string[], options: Options, parameters: boolean): Call {
  const args = withNegativeNumbers(given);
  const fail = (what: string): ModelError => new ModelError(`${command}: ${what}`);
  // The first pass finds the options; the second has those that take a value.
  const unknown = new Set<string>();
  for (const token of parse(args, {}).tokens) {
    if (token.kind !== "option" || Object.hasOwn(options, token.name)) continue;
    if (!parameters || !token.rawName.startsWith("--")) {
      throw fail(`unknown option ${token.rawName}${didYouMean(token.name, Object.keys(options), "--")}`);
    }
    unknown.add(token.name);
  }
  const types: Record<string, "string" | "boolean"> = {};
  for (const [name, { value }] of Object.entries(options)) types[name] = value === undefined ? "boolean" : "string";
  for (const name of unknown) types[name] = "string";

  const found = new Map<string, string[]>();
  const words: string[] = [];
  for (const token of parse(args, types).tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    const option = options[name];
    if (types[name] === "boolean") {
      if (value !== undefined) throw fail(`${rawName} takes no value`);
    } else if (value === undefined || (inlineValue === false && value.startsWith("-"))) {
      const mark = option?.value ?? "VALUE";
      throw fail(`${rawName} needs a value: ${rawName} ${mark}, or ${rawName}=${mark}`);
    }
    const before = found.get(name);
    if (before !== undefined && option?.repeatable !== true) throw fail(`${rawName} is given twice; give it once`);
    found.set(name, [...(before ?? []), value ?? ""]);
  }
  return {
    command,
    words,
    has: (name) => found.has(name),
    value: (name) => found.get(name)?.[0],
    values: (name) => found.get(name) ?? [],
    others: new Map([...unknown].map((name) => [name, found.get(name)?.[0] ?? ""])),
  };
}

/** `--cpus -1` as `--cpus=-1`: a number is a value, not an option. The parameter itself refuses a wrong one. */
function withNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    if (last !== undefined && /^--[^=]+$/.test(last) && /^-\d/.test(arg)) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function parse(args: readonly string[], types: Readonly<Record<string, "string" | "boolean">>) {
  return parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type, multiple: true }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
}

/** The only argument of a call; `what` describes it in errors. */
export function onlyWord(call: Call, what: string): string {
  const [word, another] = call.words;
  if (word === undefined) throw new ModelError(`${call.command}: ${what} is missing`);
  if (another !== undefined) throw new ModelError(`${call.command}: unexpected argument ${another}`);
  return word;
}

/** Refuses arguments other than options. */
export function noWords(call: Call): void {
  const [word] = call.words;
  if (word !== undefined) throw new ModelError(`${call.command}: unexpected argument ${word}`);
}

/** A positive integer, which may be written as 1e6, or with the suffix k, M or G (powers of 1000). */
export function countOption(call: Call, name: string): number | undefined {
  const text = call.value(name);
  if (text === undefined) return undefined;
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?(?:e\d+)?)([kMG]?)$/i.exec(text) ?? [];
  const exact = digits === "" ? Number.NaN : Number(digits) * 1000 ** " KMG".indexOf(unit.toUpperCase() || " ");
  // 1.1 * 1000 is not exact.
  const value = Math.abs(exact - Math.round(exact)) < 1e-6 ? Math.round(exact) : exact;
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new ModelError(`${call.command}: --${name} is ${text}: it must be a positive integer`);
  }
  return value;
}

/** A number of bytes: a whole number, or one with the suffix K, M, G or T (powers of 1024). */
export function sizeOption(call: Call, name: string): number | undefined {
  const text = call.value(name);
  if (text === undefined) return undefined;
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)([KMGT]?)$/i.exec(text) ?? [];
  const value =
    digits === "" ? Number.NaN : Math.floor(Number(digits) * 1024 ** " KMGT".indexOf(unit.toUpperCase() || " "));
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new ModelError(`${call.command}: --${name} is ${text}: it must be a size in bytes such as 512M or 4G`);
  }
  return value;
}

/** A duration in seconds: a number with the suffix ms, s, m or h; without one, of seconds. */
export function durationOption(call: Call, name: string): number | undefined {
  const text = call.value(name);
  if (text === undefined) return undefined;
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const value = Number(digits) * { ms: 0.001, s: 1, m: 60, h: 3600 }[unit || "s"]!;
  if (digits === "" || !(value > 0) || !Number.isFinite(value)) {
    throw new ModelError(`${call.command}: --${name} is ${text}: it must be a duration such as 500ms, 10s, 5m or 1h`);
  }
  return value;
}

/** One of several words. */
export function choiceOption<const Choices extends readonly string[]>(
  call: Call,
  name: string,
  choices: Choices,
): Choices[number] | undefined {
  const text = call.value(name);
  if (text === undefined || choices.includes(text)) return text;
  throw new ModelError(
    `${call.command}: --${name} is ${text}: it must be ${choices.join(" | ")}${didYouMean(text, choices)}`,
  );
}
