import { spin } from "../../checker/interchange/tools/spin.ts";
import { randomModelsAgreeWith } from "./random-agreement.ts";
import { runsAgreeWith } from "./runs-agreement.ts";

await randomModelsAgreeWith(spin, 10);
await runsAgreeWith(spin, ["can-be-dark", "can-turn"]);
