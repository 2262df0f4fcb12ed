import { rumur } from "../../../checker/crosscheck/rumur.ts";
import { randomModelsAgreeWith } from "./random-agreement.ts";
import { runsAgreeWith } from "./runs-agreement.ts";

await randomModelsAgreeWith(rumur, 2);
await runsAgreeWith(rumur, [
  "nobody-moves",
  "weak-light",
  "strong-light",
  "either-lamp",
  "one-lamp",
  "goes-dark",
  "passes-one",
  "reaches-one",
  "stays-dark",
  "stays-stuck",
  "stays-lit",
]);
