// GraphQL Code Generator: types of the documents in src/, and the manifest of persisted documents.
import type { CodegenConfig } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

const config: CodegenConfig = {
  // The SDL of this repository; or the URL of a running server, which is introspected.
  schema: process.env['SCHEMA'] ?? '../../schema/schema.graphql',
  documents: ['src/**/*.{ts,graphql}', '!src/generated/**'],
  generates: {
    'src/generated/': {
      preset: 'client',
      // Caches identify objects by `__typename`. To a persisted document, no client can add it later.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: {
        fragmentMasking: { unmaskFunctionName: 'unmask' },
        persistedDocuments: { hashAlgorithm: 'sha256' },
      },
      config: {
        defaultScalarType: 'unknown',
        enumsAsTypes: true,
        namingConvention: 'keep',
        useTypeImports: true,
        emitLegacyCommonJSImports: false,
      },
    },
  },
};

export default config;
