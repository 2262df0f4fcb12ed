/** Made by the build: see site/build/playground.ts. */
declare module "virtual:files" {
  /** A file that the page offers. */
  export interface ListedFile {
    readonly name: string;
    readonly group: string;
    /** One line about it. */
    readonly title: string;
    readonly text: string;
  }
  export const files: readonly ListedFile[];
}

declare module "virtual:worker" {
  /** The worker's program. */
  export const program: string;
}
