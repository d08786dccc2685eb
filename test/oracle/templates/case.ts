export interface TemplateCase {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly execute: string;
  readonly left?: string;
  readonly right?: string;
  /** A name in data.ts. */
  readonly data: string;
  readonly missingKey?: 'zero' | 'error';
}

export interface TemplateGolden {
  readonly data: Readonly<Record<string, unknown>>;
  readonly cases: readonly (TemplateCase & { readonly out: string; readonly err?: string })[];
}

export const single = (text: string, more: Partial<TemplateCase> = {}): TemplateCase => ({
  files: [{ name: 't', text }],
  execute: 't',
  data: 'common',
  ...more,
});
