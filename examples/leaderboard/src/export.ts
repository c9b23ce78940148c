/** Write all payloads as the files of the static site: `node build/export.js ENDPOINT FOLDER [LAST_UPDATED]`. */

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { dataLoader, detailFile } from "./dataLoader.js";

const [endpoint, folder, lastUpdated] = process.argv.slice(2);
if (!endpoint || !folder) {
  console.error("Usage: node build/export.js ENDPOINT FOLDER [LAST_UPDATED]");
  process.exit(2);
}
const directory = folder;

async function write(file: string, payload: object): Promise<void> {
  const path = join(directory, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(payload, null, 2)}\n`);
}

const loader = dataLoader(endpoint, lastUpdated ? { lastUpdated } : {});
const index = await loader.loadIndexData();
await write("index.json", index);
for (const task of index.tasks) {
  const data = await loader.loadTaskData(task);
  await write(`tasks/${task}.json`, data);
  // The pages know the models of a task from its rows, as here.
  for (const model of new Set(data.configurations.map((row) => row.model_id))) {
    const file = detailFile(model, task);
    await write(file, await loader.loadModelDetail(file));
  }
}
