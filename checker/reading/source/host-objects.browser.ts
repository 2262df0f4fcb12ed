/** As in `host-objects.ts`. A browser does not know; no function is read there. */
export const isProxy: (value: object) => boolean = () => true;

/** As in `host-objects.ts`. */
export const isModuleNamespace: (value: object) => boolean = () => false;
