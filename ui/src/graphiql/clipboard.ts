// The clipboard, with an error that says why it cannot be written.

async function writeToClipboard(text: string): Promise<void> {
  // Browsers have a clipboard on HTTPS pages and on localhost only.
  if (!window.isSecureContext) throw new Error('the browser allows this on HTTPS pages and on localhost only');
  await navigator.clipboard.writeText(text);
}

/** Copy a text; return a message about what was copied, or why nothing was. */
export async function copied(text: () => string, message: (text: string) => string): Promise<string> {
  try {
    const copy = text();
    await writeToClipboard(copy);
    return message(copy);
  } catch (error) {
    return `Not copied: ${error instanceof Error ? error.message : String(error)}`;
  }
}
