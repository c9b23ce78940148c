// Runs the audit against one server and writes what it found as JSON: [{id, name, status, reason}].
// Usage: node audit.js URL

import { auditServer } from "graphql-http";

const [url] = process.argv.slice(2);
const results = await auditServer({ url });

const found = results.map(({ id, name, status, reason }) => ({ id, name, status, reason: reason ?? null }));
process.stdout.write(JSON.stringify(found));
