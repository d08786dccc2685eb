import { chartDelimiters } from '../../gotemplate/scan.ts';
import type { ManifestDocument } from '../../manifest/node.ts';
import { parseDocument } from '../../manifest/parse.ts';
import { textAt } from '../tree.ts';
import type { PreflightTemplates } from './preflight-templates.ts';

/** A chart of the workspace, packaged or as a folder. */
export interface Chart {
  /** Of the archive, or of the folder ('' for the workspace's root). */
  readonly path: string;
  readonly isArchive: boolean;
  readonly name: string;
  readonly version: string;
  /** Its values.yaml; null where it has none. */
  readonly values: ManifestDocument | null;
  /** Where that stands: in the archive, or in the workspace. */
  readonly valuesPath: string;
  /** What its preflights are rendered of; left out where it has none. The same object for as long as it is the same. */
  readonly preflights?: ChartPreflights;
}

/** The texts of a chart that its preflights are rendered of. */
export interface ChartPreflights extends PreflightTemplates {
  /** Chart.yaml. */
  readonly chart: string;
  /** values.yaml; null where the chart has none. */
  readonly values: string | null;
}

/** What is read of a packaged chart. */
export interface ChartTexts {
  /** The folder that everything in the archive lies in: the chart's name. */
  readonly folder: string;
  /** Chart.yaml. */
  readonly chart: string;
  /** values.yaml; null where the chart has none. */
  readonly values: string | null;
  /** Left out where it makes no preflights. */
  readonly templates?: PreflightTemplates;
}

/** A packaged chart of these texts. */
export function packagedChart(path: string, texts: ChartTexts): Chart {
  const { chart, values, templates } = texts;
  return {
    path,
    isArchive: true,
    ...nameOf(parsed(chart)),
    values: values === null ? null : parsed(values),
    valuesPath: `${texts.folder}/values.yaml`,
    ...(templates === undefined ? {} : { preflights: { ...templates, chart, values } }),
  };
}

/** What a Chart.yaml says of its chart. */
export const nameOf = ({ root }: ManifestDocument): Pick<Chart, 'name' | 'version'> => ({
  name: textAt(root, 'name') ?? '',
  version: textAt(root, 'version') ?? '',
});

/** Templates in a chart's values are Helm's, for `tpl`: what they make is not known. */
const parsed = (text: string): ManifestDocument => parseDocument(text, { delimiters: chartDelimiters });
