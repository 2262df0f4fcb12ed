import type { ReachedStates } from "../check.ts";
import { ModelError } from "../errors.ts";
import { fingerprint } from "../fingerprint.ts";
import type { Model } from "../language/index.ts";
import { show } from "../schema/index.ts";

/**
 * Header of a certificate. The file is: the line `irqproof certificate 1`, this as a line of
 * JSON, the states as `front-coding.ts` writes them in a zlib stream, the SHA-256 of all that as 32 bytes.
 */
export interface CertificateHeader {
  readonly model: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** The fingerprint of the model. */
  readonly hash: string;
  /** Ids of the properties that the states prove. */
  readonly properties: readonly string[];
  readonly states: number;
  /** 32-bit words of a state. */
  readonly words: number;
}

/** The version of the format. */
const VERSION = 1;
const MAGIC = "irqproof certificate ";
/** No header is longer. */
export const MAX_HEADER_BYTES = 1 << 20;
/** Bytes of a SHA-256. */
export const DIGEST_BYTES = 32;

export function headerOf<S>(model: Model<S>, { proved, distinct, explored }: ReachedStates): CertificateHeader {
  const { name, parameters, layout } = model;
  const hash = fingerprint(model, explored);
  return { model: name, parameters, hash, properties: proved, states: distinct, words: layout.words };
}

export function headerText(header: CertificateHeader): string {
  return `${MAGIC}${VERSION}\n${JSON.stringify(header)}\n`;
}

/**
 * Offset of the states in the first bytes of a file; before it is `headerText` of the header.
 *
 * @throws ModelError when this is no certificate, or one of another version
 */
export function headerLength(file: string, bytes: Uint8Array): number {
  const first = bytes.indexOf(10);
  const [line, version = ""] = /^irqproof certificate (\d+)$/.exec(textOf(bytes.subarray(0, Math.max(first, 0)))) ?? [];
  if (line === undefined)
    throw new ModelError(`${file} is not a certificate: its first line is not that of a certificate`);
  if (version !== String(VERSION)) {
    throw new ModelError(
      `${file} is a certificate of format ${version}: this version of irqproof reads format ${VERSION}`,
    );
  }
  const second = bytes.indexOf(10, first + 1);
  if (second < 0) throw new ModelError(`${file} is damaged: its header does not end`);
  return second + 1;
}

/** @throws ModelError when a part is missing or of the wrong kind: the file was made so, for its digest is right */
export function readHeader(file: string, bytes: Uint8Array): CertificateHeader {
  const line = textOf(bytes.subarray(bytes.indexOf(10) + 1));
  let header: unknown;
  try {
    header = JSON.parse(line);
  } catch {
    throw new ModelError(`${file} is damaged: its header is not JSON`);
  }
  const parts = (typeof header === "object" ? header : null) as Partial<CertificateHeader> | null;
  const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
  const isWord = (value: unknown): boolean => typeof value === "string";
  const { parameters } = parts ?? {};
  const right =
    isWord(parts?.model) &&
    isWord(parts?.hash) &&
    isCount(parts?.states) &&
    isCount(parts?.words) &&
    Array.isArray(parts?.properties) &&
    parts.properties.every(isWord) &&
    typeof parameters === "object" &&
    parameters !== null &&
    Object.values(parameters).every((value) => ["string", "number", "boolean"].includes(typeof value));
  if (!right) throw new ModelError(`${file} is damaged: a part of its header is missing or has a wrong type`);
  return parts as CertificateHeader;
}

/**
 * Makes sure that a certificate is of this model. That it proves something does not rest on this: it is a sentence for
 * a user who gives the wrong file.
 *
 * @throws ModelError when it is of another one, of other parameters, or claims what cannot be claimed
 */
export function requireSameModel<S>(file: string, header: CertificateHeader, model: Model<S>): void {
  const { name, parameters, layout, properties } = model;
  if (header.model !== name) throw new ModelError(`${file} is a certificate of model ${header.model}, not of ${name}`);
  for (const key of new Set([...Object.keys(header.parameters), ...Object.keys(parameters)])) {
    const [theirs, ours] = [header.parameters[key], parameters[key]];
    if (theirs === ours) continue;
    throw new ModelError(
      `${file} is a certificate of ${name} with ${key} ${show(theirs)}, not with ${key} ${show(ours)}`,
    );
  }
  const hash = fingerprint(model);
  if (header.hash !== hash || header.words !== layout.words) {
    throw new ModelError(
      `${file} is a certificate of a ${name} with hash ${header.hash}: this one has ${hash}, so one of them has changed`,
    );
  }
  for (const id of header.properties) {
    const kind = properties.get(id)?.kind;
    if (kind === undefined) throw new ModelError(`${file} claims property ${id}, which ${name} does not have`);
    if (kind !== "always" && kind !== "step" && kind !== "noDeadlock") {
      throw new ModelError(`${file} claims property ${id} of kind ${kind}, which a set of states cannot prove`);
    }
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
