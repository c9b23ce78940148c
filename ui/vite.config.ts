import { defineConfig } from 'vite';

export default defineConfig({
  // Relative, so that the same build works behind a proxy that serves it below a prefix.
  base: './',
  build: {
    assetsDir: 'static', // web/pages.py serves this folder; every name in it carries a hash of its content
    target: 'es2022',
    license: { fileName: 'licenses.md' }, // of what is bundled; an image that holds the build holds these too
    chunkSizeWarningLimit: 4000, // the editor is one large chunk, loaded after the page is there
    rolldownOptions: {
      onLog(level, log, report) {
        // "use client" in GraphiQL's own dependencies speaks to server renderers; there is none here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  worker: { format: 'es' },
  // `npm run dev` beside a running `python server.py serve`.
  server: { proxy: { '/graphql': 'http://127.0.0.1:8000' } },
});
