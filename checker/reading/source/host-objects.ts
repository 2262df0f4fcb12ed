import { types } from "node:util";

/** Whether reading a property of an object may run code. */
export const isProxy: (value: object) => boolean = types.isProxy;

/** Whether an object has the exports of a module. */
export const isModuleNamespace: (value: object) => boolean = types.isModuleNamespaceObject;
