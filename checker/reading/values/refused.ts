/** A mistake of the model that is seen in a function's source. */
export class Refused extends Error {
  override readonly name = "Refused";
  /** For a field that does not exist: its name and those of the fields that do. */
  readonly field: { readonly name: string; readonly fields: readonly string[] } | undefined;

  /** @param what a predicate of the function, such as "depends on Math.random" */
  constructor(what: string, field?: Refused["field"]) {
    super(what);
    this.field = field;
  }
}
