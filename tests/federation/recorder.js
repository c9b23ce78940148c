// A proxy before our server that records what a gateway sends to it and gets from it.
import { createServer } from 'node:http';

// Returns {url, requests, close}; `requests` has {persisted, hasText, representations, status, cacheControl} of each.
export async function recordRequests(target) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { query, variables, extensions } = JSON.parse(body);
    const answer = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': request.headers['content-type'], accept: request.headers.accept ?? '*/*' },
      body,
    });
    requests.push({
      persisted: extensions?.persistedQuery !== undefined,
      hasText: query !== undefined,
      representations: Object.values(variables ?? {}).find(Array.isArray)?.length ?? 0,
      status: answer.status,
      cacheControl: answer.headers.get('cache-control'),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/graphql`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
