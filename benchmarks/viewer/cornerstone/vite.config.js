import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: { outDir: "build", target: "esnext", chunkSizeWarningLimit: 10_000 },
  worker: { format: "es" },
});
