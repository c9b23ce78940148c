// Links that were made for another revision of the dataset.

/** Characters that identify a revision to a reader. */
const SHOWN = 12;

/** Notice for a link with the revision `linked`, or null if it is the one that the server has. */
export function revisionNotice(linked: string | null, served: string): string | null {
  if (!linked || served === linked || (linked.length >= 7 && served.startsWith(linked))) return null;
  return `This link was made for revision ${shortened(linked)}; the server has ${shortened(served)}. Figures may differ.`;
}

function shortened(revision: string): string {
  return revision.length > SHOWN ? `${revision.slice(0, SHOWN)}…` : revision;
}
