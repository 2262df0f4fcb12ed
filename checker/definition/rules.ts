import { ModelError } from "../errors.ts";
import { show } from "../schema/index.ts";
import { didYouMean, nearest } from "./suggest.ts";

/** Requirement on a part of a definition. */
export interface Rule {
  /** Example of the right form, as in a program: `a function such as (state) => state.count < 3`. */
  readonly expected: string;
  /** The same in a definition, behind its key: `(state) => state.count < 3`. */
  readonly example: string;
  /**
   * @param where the beginning of a sentence that names the value: `model counter: action up: its guard`
   * @throws ModelError when the value is not what it must be
   */
  check(value: unknown, where: string): void;
}

/** A key that a definition must have. */
export interface RequiredKey {
  readonly rule: Rule;
  readonly isRequired: true;
  /** Name of the key in sentences; without it, the key itself. */
  readonly noun?: string | undefined;
}

/** A key that a definition may have. */
export interface OptionalKey extends Omit<RequiredKey, "isRequired"> {
  readonly isRequired: false;
}

/** All keys of a definition of a type: the compiler finds one that is missing here, or that the type lacks. */
export type Keys<T> = { readonly [Name in keyof T]-?: undefined extends T[Name] ? OptionalKey : RequiredKey };

export function required(rule: Rule, noun?: string): RequiredKey {
  return { rule, isRequired: true, noun };
}

export function optional(rule: Rule, noun?: string): OptionalKey {
  return { rule, isRequired: false, noun };
}

/** A value that is checked elsewhere, where more is known of it. */
export const anything: Rule = { expected: "anything", example: "...", check() {} };

/** A required key that is checked elsewhere, also where it is missing. */
export const elsewhere: RequiredKey = { rule: anything, isRequired: true };

function rule(expected: string, example: string, isRight: (value: unknown) => boolean): Rule {
  return {
    expected,
    example,
    check(value, where) {
      if (!isRight(value)) throw new ModelError(`${where} ${verb(where)} ${show(value)}, not ${expected}`);
    },
  };
}

/** @param example a text that would do, without quotes */
export function text(example: string): Rule {
  const quoted = JSON.stringify(example);
  return rule(`a string such as ${quoted}`, quoted, (value) => typeof value === "string");
}

/** A text with something in it. */
export function nonEmptyText(example: string): Rule {
  const quoted = JSON.stringify(example);
  return rule(`a name such as ${quoted}`, quoted, (value) => typeof value === "string" && value.trim() !== "");
}

/** `true` or `false`. */
export const truth: Rule = rule("true or false", "true", (value) => typeof value === "boolean");

/** A function that answers at once: neither asynchronous nor a generator. */
export function plainFunction(example: string): Rule {
  const expected = `a function such as ${example}`;
  return {
    expected,
    example,
    check(value, where) {
      if (typeof value !== "function") throw new ModelError(`${where} ${verb(where)} ${show(value)}, not ${expected}`);
      const kind = kindOf(value);
      if (kind !== undefined) throw new ModelError(`${where} is ${kind}; it must be a plain function`);
    },
  };
}

/** A function whose answer may come later. */
export function anyFunction(example: string): Rule {
  return rule(`a function such as ${example}`, example, (value) => typeof value === "function");
}

/** The kind of a function that gives no answer at once; undefined for other functions. */
function kindOf(value: object): string | undefined {
  switch (Object.prototype.toString.call(value)) {
    case "[object AsyncFunction]":
    case "[object AsyncGeneratorFunction]":
      return "asynchronous";
    case "[object GeneratorFunction]":
      return "a generator";
    default:
      return undefined;
  }
}

/** One of several words. */
export function word(...words: readonly string[]): Rule {
  const expected = alternatives(words.map(show));
  return {
    expected,
    example: show(words[0]),
    check(value, where) {
      if (typeof value === "string" && words.includes(value)) return;
      const near = typeof value === "string" ? nearest(value, words) : undefined;
      const meant = near === undefined ? "" : `; did you mean ${show(near)}?`;
      throw new ModelError(`${where} ${verb(where)} ${show(value)}: it must be ${expected}${meant}`);
    },
  };
}

/** A list whose elements each follow a rule. */
export function listOf(element: Rule): Rule {
  const example = `[${element.example}]`;
  const expected = `a list such as ${example}`;
  return {
    expected,
    example,
    check(value, where) {
      if (!Array.isArray(value)) throw new ModelError(`${where} ${verb(where)} ${show(value)}, not ${expected}`);
      // Not forEach: it leaves holes out.
      for (let index = 0; index < value.length; index++) {
        element.check(value[index], partOf(where, `element ${index}`));
      }
    },
  };
}

/** An object whose keys are names that its author chooses. */
export function named(what: string, example: string): Rule {
  return rule(`${what} such as ${example}`, example, isPlain);
}

/** Wording of the errors of a definition. */
export interface Wording {
  /** Words that people write for one of the keys, and the key. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** The beginning of a sentence about the value of a key. Default: `WHERE: its NOUN`. */
  readonly at?: (where: string, noun: string) => string;
}

/**
 * An object with these keys and no others. A key whose value is undefined counts as missing.
 *
 * @param what it is, with an article: `an action`
 */
export function object<T>(what: string, example: string, keys: Keys<T>, wording: Wording = {}): Rule {
  const { synonyms = {}, at = (where, noun) => partOf(where, `its ${noun}`) } = wording;
  const known = Object.entries<RequiredKey | OptionalKey>(keys);
  const names = known.map(([key]) => key);
  const expected = `${what} such as ${example}`;
  return {
    expected,
    example,
    check(value, where) {
      if (!isPlain(value)) throw new ModelError(`${where} ${verb(where)} ${show(value)}, not ${expected}`);
      for (const key of Object.keys(value)) {
        if (names.includes(key)) continue;
        const meant = Object.hasOwn(synonyms, key) ? `; did you mean ${synonyms[key]}?` : didYouMean(key, names);
        throw new ModelError(`${where}: unknown key ${key} (known: ${names.join(", ")})${meant}`);
      }
      for (const [key, { rule, isRequired, noun = key }] of known) {
        const part = (value as Readonly<Record<string, unknown>>)[key];
        if (part !== undefined) rule.check(part, at(where, noun));
        else if (isRequired && rule !== anything) {
          throw new ModelError(`${where} has no ${noun}; give it ${key}: ${rule.example}`);
        }
      }
    },
  };
}

/**
 * An object of one of several forms, distinguished by its key `kind`.
 *
 * @param forms the rest of the keys, by kind
 */
export function oneOfKinds(
  what: string,
  example: string,
  forms: Readonly<Record<string, Readonly<Record<string, RequiredKey | OptionalKey>>>>,
): Rule {
  const kinds = word(...Object.keys(forms));
  const expected = `${what} such as ${example}`;
  const rules = Object.entries(forms).map(([kind, keys]) => {
    const full: Readonly<Record<string, RequiredKey | OptionalKey>> = { kind: required(kinds), ...keys };
    return [kind, object<Record<string, unknown>>(`${what} of kind ${show(kind)}`, example, full as never)] as const;
  });
  return {
    expected,
    example,
    check(value, where) {
      if (!isPlain(value)) throw new ModelError(`${where} ${verb(where)} ${show(value)}, not ${expected}`);
      const { kind } = value as { readonly kind?: unknown };
      if (kind === undefined) throw new ModelError(`${where} has no kind; give it one, such as ${example}`);
      kinds.check(kind, partOf(where, "its kind"));
      rules.find(([name]) => name === kind)?.[1].check(value, where);
    },
  };
}

/** The beginning of a sentence about a part of what another sentence began with. */
export function partOf(where: string, part: string): string {
  const [, owner] = / (its [\w -]+)$/.exec(where) ?? [];
  if (owner === undefined || !part.startsWith("its ")) return `${where}: ${part}`;
  return `${where}${verb(where) === "are" ? "'" : "'s"} ${part.slice("its ".length)}`;
}

/** The verb behind a sentence's beginning. */
function verb(where: string): "is" | "are" {
  return / its (.* )?(actions|actors|cases|choices|defaults|lemmas|options|parameters|properties|steps|things)$/.test(
    where,
  )
    ? "are"
    : "is";
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `a, b or c`. */
function alternatives(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}
