import { render } from "preact";
import type { Book } from "../wire.ts";
import { App } from "./app.tsx";
import { Controller } from "./controller.ts";
import { bookSource, serverSource, type Source } from "./source.ts";

/** The book of a report in one file: JSON, compressed, in base64. */
async function readBook(packed: string): Promise<Book> {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).json()) as Book;
}

async function start(root: HTMLElement): Promise<void> {
  const packed = document.getElementById("book")?.textContent;
  const source: Source = packed == null ? serverSource() : bookSource(await readBook(packed));
  // The token has done its work, and must not be sent with the address.
  if (source.book === undefined && location.search !== "") {
    history.replaceState(null, "", `${location.pathname}${location.hash}`);
  }
  const controller = new Controller(source, {
    fragment: () => location.hash,
    setFragment: (fragment) => history.replaceState(null, "", fragment),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
  window.addEventListener("hashchange", () => void controller.addressChanged());
  render(<App controller={controller} />, root);
  await controller.start();
}

const root = document.getElementById("app");
if (root !== null) {
  start(root).catch((error: unknown) => {
    root.textContent = `The page cannot be shown: ${String(error)}`;
  });
}
