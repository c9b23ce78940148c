// The workloads' part of the graph as a mercurius server over arrays of objects, with its JIT compiler on.
// Usage: node server.mjs PORT ROWS.json [--compress]
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import fastifyCompress from '@fastify/compress'
import fastify from 'fastify'
import mercurius from 'mercurius'

const [, , port, rowsFile, ...flags] = process.argv
const { runs, models } = JSON.parse(readFileSync(rowsFile, 'utf8'))

// Columns of the orders, by enum value: `ENERGY_PER_TOKEN_JOULES` is the field `energyPerTokenJoules`.
const fieldOf = (name) => name.toLowerCase().replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase())

// One closure for each condition; fields of a filter are combined with "and".
const TESTS = {
  eq: (field, expected) => (row) => row[field] === expected,
  gt: (field, bound) => (row) => row[field] !== null && row[field] > bound,
  isNull: (field, expected) => (row) => (row[field] === null) === expected
}

function filtered (rows, where) {
  const tests = []
  for (const field in where) {
    for (const name in where[field]) {
      if (where[field][name] != null) tests.push(TESTS[name](field, where[field][name]))
    }
  }
  if (tests.length === 0) return rows
  if (tests.length === 1) return rows.filter(tests[0])
  return rows.filter((row) => tests.every((test) => test(row)))
}

// Rows in the order of a field, sorted once; rows without a value come last, equal ones by id.
const orders = new Map()

function orderedBy (field) {
  let ordered = orders.get(field)
  if (ordered === undefined) {
    const byId = (left, right) => (left.id < right.id ? -1 : 1)
    ordered = runs.filter((row) => row[field] !== null).sort((left, right) =>
      left[field] < right[field] ? -1 : left[field] > right[field] ? 1 : byId(left, right))
    ordered.push(...runs.filter((row) => row[field] === null).sort(byId))
    orders.set(field, ordered)
  }
  return ordered
}

function connection (rows, { where, first }) {
  const found = filtered(rows, where)
  return { totalCount: found.length, nodes: first < found.length ? found.slice(0, first) : found }
}

const modelsById = new Map(models.map((model) => [model.modelId, { ...model, runsByGpu: [] }]))
const byGpu = Map.groupBy(runs, (run) => JSON.stringify([run.gpuModel, run.modelId]))
for (const key of [...byGpu.keys()].sort()) {
  const [gpu, modelId] = JSON.parse(key)
  modelsById.get(modelId).runsByGpu.push({ gpu: { model: gpu }, runs: byGpu.get(key) })
}
const allModels = [...modelsById.values()]

const resolvers = {
  Query: {
    llmRuns: (_, args) => connection(args.orderBy?.length ? orderedBy(fieldOf(args.orderBy[0].field)) : runs, args),
    models: (_, args) => connection(allModels, args),
    model: (_, { modelId }) => modelsById.get(modelId) ?? null
  },
  ModelGPURuns: {
    llmRuns: (parent, args) => connection(parent.runs, args)
  }
}

const app = fastify({ logger: false })
if (flags.includes('--compress')) await app.register(fastifyCompress)
await app.register(mercurius, {
  schema: readFileSync(fileURLToPath(new URL('schema.graphql', import.meta.url)), 'utf8'),
  resolvers,
  jit: 1
})
app.get('/readyz', async () => 'ready')
await app.listen({ port: Number(port), host: '127.0.0.1' })
