// Below the response: the query of a link has not been run. It also selects the link's operation.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useState } from 'react';

import type { LinkedQuery } from './link';

export function LinkNotice({ link }: { link: LinkedQuery | null }) {
  const { setOperationName } = useGraphiQLActions();
  const operations = useGraphiQL((state) => state.operations);
  const hasRun = useGraphiQL((state) => state.queryId > 0);
  const [pending, setPending] = useState(link?.operationName ?? null);
  useEffect(() => {
    if (pending !== null && operations?.some(({ name }) => name?.value === pending)) {
      setOperationName(pending);
      setPending(null); // from now on, the visitor chooses
    }
  }, [operations, pending, setOperationName]);
  if (link === null || hasRun) return null;
  return (
    <p className="link-notice" role="status">
      The query comes from a link and has not run yet. Run it with the button, or with Ctrl+Enter.
    </p>
  );
}
