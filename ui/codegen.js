// Writes src/graph/generated.ts: the queries of src/graph/queries as text, with the types of their variables and results.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescript from '@graphql-codegen/typescript';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { buildASTSchema, parse } from 'graphql';

const from = (path) => new URL(path, import.meta.url);
const output = 'src/graph/generated.ts';
const schema = parse(readFileSync(from('../schema/schema.graphql'), 'utf8'));
const documents = readdirSync(from('src/graph/queries/'))
  .sort()
  .map((name) => ({ location: name, document: parse(readFileSync(from(`src/graph/queries/${name}`), 'utf8')) }));

const generated = await codegen({
  filename: output,
  schema,
  schemaAst: buildASTSchema(schema, { assumeValidSDL: true }), // has federation's directives, declared by @link
  documents,
  config: {
    documentMode: 'string',
    enumsAsTypes: true,
    onlyOperationTypes: true,
    pureMagicComment: true, // so that a page contains only the queries that it uses
    scalars: { ID: 'string' },
    defaultScalarType: 'unknown',
    namingConvention: 'keep',
    skipTypename: true,
    useTypeImports: true,
    immutableTypes: true,
    avoidOptionals: { field: true },
  },
  plugins: [{ typescript: {} }, { typescriptOperations: {} }, { typedDocumentNode: {} }],
  pluginMap: { typescript, typescriptOperations, typedDocumentNode },
});
writeFileSync(from(output), `// Written by codegen.js from the SDL; not committed.\n${generated}`);
