import * as catalogue from "irqproof/catalogue";
import * as checker from "irqproof/checker";
import * as model from "irqproof/model";
import * as properties from "irqproof/properties";

const LIBRARY: Readonly<Record<string, unknown>> = {
  "irqproof/catalogue": catalogue,
  "irqproof/checker": checker,
  "irqproof/model": model,
  "irqproof/properties": properties,
};

/**
 * The module that a file imports, where it is no other file. One of Node has no exports that could be used: a file that needs them for something
 * else than its model, such as a server to be tested, can be checked all the same.
 *
 * @throws ModelError when it is another one
 */
export function moduleOf(specifier: string): unknown {
  const known = LIBRARY[specifier];
  if (known !== undefined) return known;
  if (specifier.startsWith("node:")) return missing(specifier);
  throw new checker.ModelError(
    `it imports ${specifier}; in the browser a model can import ${Object.keys(LIBRARY).join(", ")} only`,
  );
}

function missing(specifier: string): unknown {
  return new Proxy(
    { __esModule: true },
    {
      get(_, name) {
        if (name === "__esModule") return true;
        throw new checker.ModelError(`${String(name)} of ${specifier} is used; a browser does not have it`);
      },
    },
  );
}
