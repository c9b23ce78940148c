// Toolbar menu that copies the request in the editors as a program.
import { ToolbarButton, ToolbarMenu, tryParseJSONC, useGraphiQL } from '@graphiql/react';
import { useEffect, useState } from 'react';

import { graphAddress } from '../graph/address';
import { copyAs, type Language, languages } from '../graph/copy-as';
import { operationToRun } from '../graph/endpoint';

const STATUS_MILLISECONDS = 5_000;

export function CopyAsMenu() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const operationName = useGraphiQL((state) => state.operationName);
  const [status, setStatus] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setStatus(''), STATUS_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [status]);
  const copy = async (language: Language) => {
    try {
      const query = queryEditor?.getValue() ?? '';
      const request = {
        url: new URL(graphAddress(), location.href).href,
        query,
        variables: tryParseJSONC(variableEditor?.getValue()),
        operationName: operationToRun({ query, operationName: operationName ?? null }),
      };
      await writeToClipboard(copyAs(language, request));
      setStatus(`Copied as ${language}`);
    } catch (error) {
      setStatus(`Not copied: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return (
    <>
      <ToolbarMenu
        button={
          <ToolbarButton label="Copy as a program">
            <CodeIcon />
          </ToolbarButton>
        }
      >
        {languages.map((language) => (
          <ToolbarMenu.Item key={language} onSelect={() => void copy(language)}>
            Copy as {language}
          </ToolbarMenu.Item>
        ))}
      </ToolbarMenu>
      <span className="copy-status" role="status">
        {status}
      </span>
    </>
  );
}

async function writeToClipboard(text: string): Promise<void> {
  // Browsers have a clipboard on HTTPS pages and on localhost only.
  if (!window.isSecureContext) throw new Error('the browser allows this on HTTPS pages and on localhost only');
  await navigator.clipboard.writeText(text);
}

function CodeIcon() {
  return (
    <svg className="graphiql-toolbar-icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
      <path d="m8.5 7-5 5 5 5m7-10 5 5-5 5" strokeWidth="1.75" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
