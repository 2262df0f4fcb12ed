import { spin } from "../../checker/interchange/tools/spin.ts";
import { catalogueAgreesWith } from "./catalogue-agreement.ts";
import { randomModelsAgreeWith } from "./random-agreement.ts";
import { runsAgreeWith } from "./runs-agreement.ts";

await catalogueAgreesWith(spin, 2);
await randomModelsAgreeWith(spin, 4);
await runsAgreeWith(spin, ["can-be-dark", "can-turn"]);
