// Programs that send a GraphQL request, as text: curl for a POSIX shell, Python, and TypeScript; pandas and Polars for
// requests whose one list is a table.
// tests/web/test_copy_as.py runs what this module writes.

export interface GraphRequest {
  /** Absolute URL of the graph. */
  url: string;
  query: string;
  variables?: Readonly<Record<string, unknown>> | undefined;
  operationName?: string | null | undefined;
}

export const languages = ['curl', 'Python', 'TypeScript'] as const;
/** Their programs read a table, so the operation must have one list. */
export const tableLanguages = ['pandas', 'Polars'] as const;
export type Language = (typeof languages | typeof tableLanguages)[number];

/** Return a program that sends the request and prints the response. */
export function copyAs(language: Language, request: GraphRequest): string {
  return { curl, Python: python, TypeScript: typescript, pandas, Polars: polars }[language](request);
}

/** A command line that prints the whole response. */
function curl({ url, ...request }: GraphRequest): string {
  return [
    `curl --silent --show-error ${shellWord(url)}`,
    `--header 'Content-Type: application/json'`,
    `--data-raw ${shellWord(json(parameters(request), 2))}`,
  ].join(' \\\n  ') + '\n';
}

/** A Python program without dependencies that prints the data; an error of the graph raises an exception. */
function python({ url, query, ...request }: GraphRequest): string {
  const { variables, operationName } = parameters({ query, ...request });
  const members = [
    '"query": query',
    ...(variables === undefined ? [] : ['"variables": variables']),
    ...(operationName === undefined ? [] : [`"operationName": ${JSON.stringify(operationName)}`]),
  ];
  return `import json
import urllib.request

query = ${pythonText(query)}
${variables === undefined ? '' : `variables = ${pythonLiteral(variables)}\n`}
request = urllib.request.Request(
    ${JSON.stringify(url)},
    data=json.dumps({${members.join(', ')}}).encode(),
    headers={"Content-Type": "application/json"},
)
with urllib.request.urlopen(request, timeout=60) as response:
    answer = json.load(response)
if "errors" in answer:
    raise RuntimeError(json.dumps(answer["errors"], indent=2))
print(json.dumps(answer["data"], indent=2))
`;
}

/** A TypeScript module that prints the data; an error of the graph is thrown. */
function typescript({ url, query, ...request }: GraphRequest): string {
  const { variables, operationName } = parameters({ query, ...request });
  const members = [
    'query',
    ...(variables === undefined ? [] : ['variables']),
    ...(operationName === undefined ? [] : [`operationName: ${JSON.stringify(operationName)}`]),
  ];
  return `const query = ${templateLiteral(query)};
${variables === undefined ? '' : `const variables = ${typescriptLiteral(variables)};\n`}
const response = await fetch(${JSON.stringify(url)}, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ ${members.join(', ')} }),
});
const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown[] };
if (errors) throw new Error(JSON.stringify(errors, null, 2));
console.log(JSON.stringify(data, null, 2));

export {};
`;
}

/** A program that prints a data frame; Parquet keeps types and every digit. pandas reads it with pyarrow. */
function pandas(request: GraphRequest): string {
  return tableProgram(request, 'parquet', 'import pandas as pd', 'pd.read_parquet(io.BytesIO(response.read()))');
}

/** A program that prints a data frame. */
function polars(request: GraphRequest): string {
  return tableProgram(request, 'arrow', 'import polars as pl', 'pl.read_ipc_stream(io.BytesIO(response.read()))');
}

function tableProgram({ url, ...request }: GraphRequest, format: string, library: string, frame: string): string {
  const { query, variables, operationName } = parameters(request);
  const members = [
    `"format": "${format}"`,
    '"query": query',
    ...(variables === undefined ? [] : ['"variables": json.dumps(variables)']),
    ...(operationName === undefined ? [] : [`"operationName": ${JSON.stringify(operationName)}`]),
  ];
  return `import io
${variables === undefined ? '' : 'import json\n'}from urllib.parse import urlencode
from urllib.request import urlopen

${library}

query = ${pythonText(query)}
${variables === undefined ? '' : `variables = ${pythonLiteral(variables)}\n`}
parameters = {${members.join(', ')}}
with urlopen(${JSON.stringify(`${url}?`)} + urlencode(parameters), timeout=60) as response:
    rows = ${frame}
print(rows)
`;
}

/** Return the members of the request's JSON, without those that say nothing. */
function parameters({ query, variables, operationName }: Omit<GraphRequest, 'url'>) {
  return {
    query,
    ...(variables && Object.keys(variables).length > 0 ? { variables } : {}),
    ...(operationName ? { operationName } : {}),
  };
}

/** Inside single quotes, a POSIX shell reads every character as itself; a single quote cannot stand there. */
function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function pythonText(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replace(/"(?="")|"$/g, '\\"');
  return `"""${escaped.replace(INVISIBLE, pythonEscape)}"""`;
}

function templateLiteral(text: string): string {
  return `\`${text.replace(/[\\`]|\$(?=\{)/g, '\\$&').replace(INVISIBLE, jsonEscape)}\``;
}

// Control characters but for line feed and tab, marks of direction and the like, lone surrogates, and separators: in
// source text they cannot be seen or have no encoding, and a carriage return becomes a line feed.
const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Escape a character for JSON, JavaScript and TypeScript, which take UTF-16. */
function jsonEscape(character: string): string {
  return character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function pythonEscape(character: string): string {
  const digits = character.codePointAt(0)?.toString(16) ?? '';
  return digits.length > 4 ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`;
}

function json(value: unknown, space = 0): string {
  return JSON.stringify(value, null, space).replace(INVISIBLE, jsonEscape);
}

function pythonLiteral(value: unknown, indent = ''): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  const text = (string: unknown) => JSON.stringify(string).replace(INVISIBLE, pythonEscape);
  return composite(value, indent, pythonLiteral, text) ?? text(value);
}

function typescriptLiteral(value: unknown, indent = ''): string {
  // As a plain name, `__proto__` would set the prototype.
  const name = (key: string) => (key === '__proto__' ? '["__proto__"]' : json(key));
  return composite(value, indent, typescriptLiteral, name) ?? json(value);
}

/** Return a list or an object, one element per line; undefined for any other value. */
function composite(
  value: unknown,
  indent: string,
  literal: (value: unknown, indent: string) => string,
  name: (key: string) => string,
): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const inner = `${indent}  `;
  const elements = Array.isArray(value)
    ? value.map((each) => literal(each, inner))
    : Object.entries(value).map(([key, each]) => `${name(key)}: ${literal(each, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return elements.length === 0
    ? `${open}${close}`
    : `${open}\n${elements.map((each) => `${inner}${each},\n`).join('')}${indent}${close}`;
}
