// What an import of docs/cookbook.md gives; cookbook-plugin.ts writes it.
declare module '*/docs/cookbook.md' {
  const chapters: readonly {
    title: string;
    recipes: readonly { number: number; title: string; query: string }[];
  }[];
  export default chapters;
}
