import type { JSX } from "preact";
import type { ParameterView } from "../wire.ts";

/** The parameters of the model's family. A change starts a check. */
export function ParameterPanel({
  parameters,
  given,
  set,
}: {
  readonly parameters: readonly ParameterView[];
  readonly given: Readonly<Record<string, string>>;
  readonly set: (name: string, value: string, isDefault: boolean) => void;
}): JSX.Element | null {
  if (parameters.length === 0) return null;
  return (
    <details class="parameters" open={parameters.length <= 4}>
      <summary>Parameters</summary>
      <dl>
        {parameters.map(({ name, default: normal, means, allowed }) => (
          <div key={name}>
            <dt>
              <label for={`parameter-${name}`}>{name}</label>
            </dt>
            <dd>
              <input
                id={`parameter-${name}`}
                value={given[name] ?? normal}
                aria-describedby={`meaning-${name}`}
                spellcheck={false}
                autocomplete="off"
                onChange={({ currentTarget }) => set(name, currentTarget.value, currentTarget.value === normal)}
              />
              <small id={`meaning-${name}`}>
                {means} ({allowed})
              </small>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
