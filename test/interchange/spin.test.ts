import { spin } from "../../checker/interchange/tools/spin.ts";
import { catalogueAgreesWith } from "./catalogue-agreement.ts";
import { randomModelsAgreeWith } from "./random-agreement.ts";

await catalogueAgreesWith(spin, 2);
await randomModelsAgreeWith(spin, 4);
