// The command line in a few files: to open two hundred takes longer than most checks. The library stays as it is
// compiled, one file for each module, with its types.
export default {
  input: { main: "dist/cli/main.js", worker: "dist/checker/search/worker.js" },
  platform: "node",
  external: ["immer", "jiti"],
  // All in one folder: the main thread looks for worker.js beside itself.
  output: {
    dir: "dist/program",
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    comments: false,
  },
};
