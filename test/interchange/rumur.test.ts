import { rumur } from "../../checker/interchange/tools/rumur.ts";
import { catalogueAgreesWith } from "./catalogue-agreement.ts";
import { randomModelsAgreeWith } from "./random-agreement.ts";

await catalogueAgreesWith(rumur, 20);
await randomModelsAgreeWith(rumur, 2);
