export { cubeAt, PartsByPlace } from "./instance.ts";
export { sentenceOf, type Sentence } from "./sentence.ts";
export { sentenceText } from "./text.ts";
