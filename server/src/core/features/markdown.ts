/** As inline code; image names hold no backticks, but what is half typed may. */
export const code = (text: string): string => {
  const fence = text.includes('`') ? '``' : '`';
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text.replaceAll(/[\r\n]+/g, ' ')}${pad}${fence}`;
};

/** As Markdown that shows the text itself: registries' words are not ours to be trusted with markup. */
export const escaped = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]<>#|!]/g, '\\$&').replaceAll(/\s+/g, ' ');
