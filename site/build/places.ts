import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository, and the folder of the site in it. */
export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
export const SITE = join(REPOSITORY, "site");

/** Markdown that the build writes, which VitePress reads. */
export const PAGES = join(SITE, ".pages");

/** The built site. */
export const OUTPUT = join(SITE, "dist");
