import { defineConfig } from 'vite';

export default defineConfig({
  // Relative, so that the same build works behind a proxy that serves it below a prefix.
  base: './',
  build: {
    assetsDir: 'static', // served by web/pages.py; every file name contains a hash of the content
    target: 'es2022',
    license: { fileName: 'licenses.md' }, // licenses of bundled packages
    chunkSizeWarningLimit: 4000, // the editor is one large chunk, loaded after the page
    rolldownOptions: {
      input: ['graphiql.html'],
      onLog(level, log, report) {
        // "use client" in dependencies of GraphiQL is for server rendering, which is not used here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  worker: { format: 'es' },
  // For `npm run dev`, with `python server.py serve` running.
  server: { proxy: { '/graphql': 'http://127.0.0.1:8000' } },
});
