// Toolbar: copies the request in the editors as a program, or as a link.
import { ToolbarButton, ToolbarMenu, tryParseJSONC, useGraphiQL } from '@graphiql/react';

import { graphAddress } from '../graph/address';
import { copyAs, languages } from '../graph/copy-as';
import { operationToRun } from '../graph/endpoint';
import { useAnnouncement } from './Announcement';
import { copied } from './clipboard';
import { CodeIcon, LinkIcon } from './icons';
import { linkTo, LONG_LINK } from './link';

export function RequestTools() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const operationName = useGraphiQL((state) => state.operationName);
  const [announcement, announce] = useAnnouncement();
  const request = () => {
    const query = queryEditor?.getValue() ?? '';
    const chosen = operationToRun({ query, operationName: operationName ?? null });
    return { query, variables: variableEditor?.getValue() ?? '', operationName: chosen ?? null };
  };
  const shareLink = async () => {
    announce(await copied(() => linkTo(request()), linkMessage));
  };
  const copyProgram = async (language: (typeof languages)[number]) => {
    const program = () => {
      const url = new URL(graphAddress(), location.href).href;
      const { variables, ...others } = request();
      return copyAs(language, { url, ...others, variables: tryParseJSONC(variables) });
    };
    announce(await copied(program, () => `Copied as ${language}`));
  };
  return (
    <>
      <ToolbarButton label="Share link" onClick={() => void shareLink()}>
        <LinkIcon />
      </ToolbarButton>
      <ToolbarMenu
        button={
          <ToolbarButton label="Copy as a program">
            <CodeIcon />
          </ToolbarButton>
        }
      >
        {languages.map((language) => (
          <ToolbarMenu.Item key={language} onSelect={() => void copyProgram(language)}>
            Copy as {language}
          </ToolbarMenu.Item>
        ))}
      </ToolbarMenu>
      {announcement}
    </>
  );
}

function linkMessage({ length }: string): string {
  if (length <= LONG_LINK) return 'Link copied';
  const [characters, limit] = [length, LONG_LINK].map((number) => number.toLocaleString('en'));
  return `Link copied. It has ${characters} characters; proxies, chat and mail programs may cut or reject more than ${limit}.`;
}
