import { single, type TemplateCase } from './case.ts';
import { errors } from './hand-written/errors.ts';
import { files } from './hand-written/files.ts';
import { formats } from './hand-written/formats.ts';
import { functions } from './hand-written/functions.ts';
import { syntax } from './hand-written/syntax.ts';

/** The tables, each a text per line; all are executed with the common data unless they say otherwise. */
export const handWritten = (): TemplateCase[] => [
  ...[...syntax, ...functions, ...formats, ...errors].map((text) => single(text)),
  ...files,
];
