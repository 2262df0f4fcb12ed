import { substitute } from "./expressions.ts";
import { thingOf } from "./operators.ts";
import type { Session } from "./session.ts";
import { List, Local, Place, Scalar, Table, type Thing } from "./things.ts";

/** A thing with other expressions in place of variables. */
export function placed(session: Session, thing: Thing, by: Parameters<typeof substitute>[1]): Thing {
  if (thing instanceof Scalar) return thingOf(session, substitute(thing.expression, by));
  if (thing instanceof Place) {
    return new Place(
      thing.node,
      thing.indices.map((index) => substitute(index, by)),
      thing.isDraft,
    );
  }
  if (thing instanceof Local)
    return session.local([...thing.fields].map(([name, value]) => [name, placed(session, value, by)]));
  if (thing instanceof List) return session.list(thing.items.map((item) => placed(session, item, by)));
  if (thing instanceof Table) {
    const { sort, element, condition } = thing;
    return session.table(
      sort,
      (index) => placed(session, element(index), by),
      condition === undefined ? undefined : (index) => substitute(condition(index), by),
    );
  }
  return thing;
}
