/** What core writes, without the little Markdown that it uses: emphasis, code, escapes. */
export const plainText = (markdown: string): string =>
  markdown
    .replaceAll(/^```.*\n/gm, '')
    .replace(/\\(.)|[*`]+/g, (_, escaped: string | undefined) => escaped ?? '');
