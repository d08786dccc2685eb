/** How what nobody can know stands in a preview: without quotes, because it may stand between some. */
export const placeholderOf = (label: string): string => `«${label.replaceAll(/["'\\]/g, '')}»`;

/** Whether all of a text is one such. */
export const isPlaceholder = (text: string): boolean => /^«[^«»]*»$/.test(text);
