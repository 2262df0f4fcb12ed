import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Assets } from "../assets.ts";
import type { Book } from "../wire.ts";

/** The policy of the served page: its own script and style, its own server, and nothing else. */
export const SERVED_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page as the server sends it; script and style are files of their own. */
export function pageDocument(): string {
  return documentOf({
    title: "irqproof explore",
    head: '<link rel="stylesheet" href="/page.css"><script defer src="/page.js"></script>',
    body: '<div id="app"></div>',
  });
}

/**
 * The page with a book in one file, which opens from a disk without a network. Its policy allows the very script and the
 * very style that are in it, by their hashes, and no connection. The book is compressed, so nothing in it is markup.
 *
 * @param plainText what a reader without scripts gets to see
 */
export function bookDocument(book: Book, assets: Assets, plainText: string): string {
  // Neither may end its own element.
  const script = assets.script.replaceAll(/<\/(?=script)/gi, "<\\/");
  const style = assets.style.replaceAll(/<\/(?=style)/gi, "<\\/");
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return documentOf({
    title: `${book.overview.id} - irqproof`,
    head: `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}"><style>${style}</style>`,
    body: `<div id="app"></div><noscript><pre>${escapeHtml(plainText)}</pre></noscript><script type="application/octet-stream" id="book">${packed(book)}</script><script>${script}</script>`,
  });
}

/** A book as the page reads it: JSON, compressed, in base64. */
export function packed(book: Book): string {
  return gzipSync(JSON.stringify(book), { level: 9 }).toString("base64");
}

function documentOf({ title, head, body }: { title: string; head: string; body: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
${head}
</head>
<body>
${body}
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** A text as the content of an element or of a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
