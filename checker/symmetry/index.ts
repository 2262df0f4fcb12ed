export { Canonicaliser, type Canonical } from "./canonical.ts";
export type { NotReduced, Verified } from "./find.ts";
export { Subgroup, type Block, type Element } from "./group.ts";
export { renamedState } from "./renaming.ts";
export type { Steps } from "./steps.ts";
export { symmetryOf, type Symmetry, type SymmetryMode } from "./symmetry.ts";
