import type { Delimiters } from '../../gotemplate/lexer.ts';

/** The app manager's two ways to mark templates, in the order of its passes (KOTS, pkg/template/builder.go). */
export const passes = [
  { left: '{{repl', right: '}}' },
  { left: 'repl{{', right: '}}' },
] as const satisfies readonly Delimiters[];

/** Whether a text has any of the two. */
export const hasTemplates = (text: string): boolean => passes.some(({ left }) => text.includes(left));
