/** The ids of the properties, the primary one first. */
export const propertyIds = [
  "no-interrupt-lost",
  "carrier-exists",
  "not-stale",
  "no-stray",
  "no-foreign-only",
  "bounded-spurious",
  "target-live",
  "target-live-in-move",
  "device-matches-descriptor",
  "one-owner",
  "no-free-while-pending",
  "move-on-target",
  "check-covers",
  "retrigger-once",
  "one-word-per-write",
  "handler-exclusion",
  "no-in-progress-drop",
  "mask-restored",
  "no-needless-move",
  "no-access-unpowered",
  "eoi-balanced",
  "pending-transfer",
  "foreign-eip-preserved",
  "enable-converges",
  "no-latent-stray",
  "no-drop-offline",
  "table-owner",
  "no-reuse-before-clean",
  "effective-target-online",
  "single-old-vector",
  "no-leak",
  "offline-cleanup",
  "offline-drained",
  "managed-restart",
  "disabled-stays-masked",
  "startup-order",
  "no-deadlock",
  "eventually-served",
  "affinity-applied",
  "cleanup-done",
  "no-livelock",
] as const;

/** The id of a property. */
export type PropertyId = (typeof propertyIds)[number];

/** The two forms of the primary property; they must agree. */
export const lossIds = ["no-interrupt-lost", "carrier-exists"] as const satisfies readonly PropertyId[];

/** Properties of infinite runs. */
export const livenessIds: ReadonlySet<string> = new Set<PropertyId>([
  "eventually-served",
  "affinity-applied",
  "cleanup-done",
  "no-livelock",
]);
