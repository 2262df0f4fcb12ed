import { pathOfText, pathText } from "../path.ts";
import type { Path } from "../wire.ts";

/** Position of the page: a run of a model, and the chosen step. It can be kept and sent as an address. */
export interface Position {
  readonly model: string;
  readonly path: Path;
  /** The chosen step; 0 is the initial state. */
  readonly at: number;
}

/** A position as the fragment of an address. */
export function fragmentOf({ model, path, at }: Position): string {
  return `#${encodeURIComponent(model)}/${pathText(path)}/${at}`;
}

/** The position of a fragment; undefined where it is none. A model without a run is possible. */
export function positionOf(
  fragment: string,
): (Pick<Position, "model"> & Partial<Pick<Position, "path" | "at">>) | undefined {
  const [, name = "", steps, place] = /^#([^/]+)(?:\/([^/]*))?(?:\/(\d{1,6}))?$/.exec(fragment) ?? [];
  if (name === "") return undefined;
  let model: string;
  try {
    model = decodeURIComponent(name);
  } catch {
    return undefined;
  }
  const path = steps === undefined ? undefined : pathOfText(steps);
  if (path === undefined) return { model };
  const last = path.instances.length;
  return { model, path, at: Math.min(last, place === undefined ? last : Number(place)) };
}
