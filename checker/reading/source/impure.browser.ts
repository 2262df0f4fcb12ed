/** As in `impure.ts`. No function is read in a browser, so none is asked about. */
export function impurityOf(): undefined {}
