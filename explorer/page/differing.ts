/** A part in which two states differ. */
export interface Differing {
  readonly path: string;
  readonly one: string;
  readonly other: string;
}

/** The smallest parts in which two states differ, in the order of their type. */
export function differing(one: unknown, other: unknown, path = ""): Differing[] {
  if (typeof one === "object" && typeof other === "object" && one !== null && other !== null) {
    const names = Object.keys(one);
    if (Array.isArray(one) === Array.isArray(other) && names.length === Object.keys(other).length) {
      return names.flatMap((name) => {
        const place = Array.isArray(one) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
        const [left, right] = [one, other].map((value) => (value as Readonly<Record<string, unknown>>)[name]);
        return differing(left, right, place);
      });
    }
  }
  if (Object.is(one, other)) return [];
  return [{ path, one: JSON.stringify(one), other: JSON.stringify(other) }];
}
