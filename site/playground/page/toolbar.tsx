import type { JSX } from "preact";
import { FILES, fileNamed } from "./models.ts";

/** The pages of the site. Their addresses are relative, so that the site can lie in any folder. */
export function SiteHeader(): JSX.Element {
  return (
    <header class="site">
      <a class="brand" href="../index.html">
        irqproof
      </a>
      <nav aria-label="Site">
        <a href="../docs/index.html">Docs</a>
        <a href="../catalogue/index.html">Catalogue</a>
        <a href="../findings/index.html">Findings</a>
        <a href="index.html" aria-current="page">
          Playground
        </a>
        <a href="../api/index.html">API</a>
      </nav>
    </header>
  );
}

/** Time limits of a check. */
export const TIME_LIMITS = [
  { text: "10 seconds", seconds: 10 },
  { text: "1 minute", seconds: 60 },
  { text: "10 minutes", seconds: 600 },
] as const;

export function TimeLimit({ choose }: { readonly choose: (seconds: number) => void }): JSX.Element {
  return (
    <label>
      Time limit{" "}
      <select
        defaultValue={String(TIME_LIMITS[1].seconds)}
        onChange={({ currentTarget }) => choose(Number(currentTarget.value))}
      >
        {TIME_LIMITS.map(({ text, seconds }) => (
          <option value={String(seconds)} key={seconds} selected={seconds === TIME_LIMITS[1].seconds}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The list of files. */
export function FileChoice({
  file,
  choose,
}: {
  readonly file: string;
  readonly choose: (name: string) => void;
}): JSX.Element {
  const known = FILES.some(({ name }) => name === file);
  const other = known ? undefined : fileNamed(file);
  const files = known ? FILES : [{ name: file, group: "This link", title: other?.title ?? "", text: "" }, ...FILES];
  const groups = [...new Set(files.map(({ group }) => group))];
  return (
    <label class="file">
      File{" "}
      <select value={file} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {groups.map((group) => (
          <optgroup label={group} key={group}>
            {files
              .filter((one) => one.group === group)
              .map(({ name, title }) => (
                <option value={name} key={name}>
                  {title === "" ? name : `${name}: ${title}`}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
