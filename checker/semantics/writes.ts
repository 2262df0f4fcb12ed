import { messageOf } from "../errors.ts";
import type { Layout } from "../schema/index.ts";
import type { State } from "./semantics.ts";

/**
 * The write by which a recipe takes a state out of its type: an error made at the write after which the state stays wrong in the way
 * that it ends with. Undefined where the recipe does not do so again.
 */
export function writeOutside<S>(layout: Layout<S>, state: State<S>, recipe: (draft: S) => unknown): Error | undefined {
  const words = new Uint32Array(layout.words);
  const root = structuredClone(state) as S & object;
  const wrongness = (): string | undefined => {
    try {
      layout.encode(root, words, 0);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  };
  let wrong: { readonly text: string; readonly at: Error } | undefined;
  const look = (): void => {
    const text = wrongness();
    if (text === undefined) wrong = undefined;
    else if (text !== wrong?.text) wrong = { text, at: new Error(text) };
  };
  const proxies = new WeakMap<object, object>();
  const watched = <Target extends object>(target: Target): Target => {
    const known = proxies.get(target);
    if (known !== undefined) return known as Target;
    const proxy = new Proxy(target, {
      get(from, name, receiver) {
        const value: unknown = Reflect.get(from, name, receiver);
        return typeof value === "object" && value !== null ? watched(value) : value;
      },
      set(to, name, value, receiver) {
        const isSet = Reflect.set(to, name, value, receiver);
        look();
        return isSet;
      },
      deleteProperty(from, name) {
        const isDeleted = Reflect.deleteProperty(from, name);
        look();
        return isDeleted;
      },
    });
    proxies.set(target, proxy);
    return proxy;
  };
  try {
    recipe(watched(root));
  } catch {
    return undefined;
  }
  return wrong?.at;
}
