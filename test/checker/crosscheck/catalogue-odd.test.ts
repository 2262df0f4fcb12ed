import { catalogueAgrees } from "./catalogue-agreement.ts";

await catalogueAgrees(1);
