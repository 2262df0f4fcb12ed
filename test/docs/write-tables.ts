import { writeTables } from "./tables.ts";

console.log(writeTables() ? "docs/model.md: tables written" : "docs/model.md: no change");
