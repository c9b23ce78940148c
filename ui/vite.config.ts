import { defineConfig } from 'vite';

import { cookbook } from './cookbook-plugin.ts';

export default defineConfig({
  plugins: [cookbook()],
  // Relative, so that the same build works behind a proxy that serves it below a prefix.
  base: './',
  build: {
    assetsDir: 'static', // served by web/pages.py; every file name contains a hash of the content
    target: 'es2022',
    license: { fileName: 'licenses.md' }, // licenses of bundled packages
    chunkSizeWarningLimit: 4000, // the editor is one large chunk, loaded after the page
    rolldownOptions: {
      input: ['index.html', 'graphiql.html'],
      // One file for what both pages use, so that neither loads the other's packages with it.
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'charts', test: /node_modules\/(@observablehq|d3-[a-z-]+|d3|internmap|isoformat|interval-tree-1d|binary-search-bounds|delaunator|robust-predicates)\// },
          ],
        },
      },
      onLog(level, log, report) {
        // "use client" in dependencies of GraphiQL is for server rendering, which is not used here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  worker: { format: 'es' },
  // Bundled as a dependency, the module that starts the editor's workers cannot refer to their files.
  optimizeDeps: { exclude: ['graphiql/setup-workers/vite', '@graphiql/react/setup-workers/vite'] },
  // For `npm run dev`, with `python server.py serve` running.
  server: {
    proxy: { '/graphql': 'http://127.0.0.1:8000' },
    fs: { allow: ['..'] }, // docs/cookbook.md
  },
});
