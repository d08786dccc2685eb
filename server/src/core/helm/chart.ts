import type { Plain, PlainMap } from '../manifest/plain.ts';

/** A chart as it is rendered: what of it templates can see. */
export interface HelmChart {
  /** Chart.yaml. */
  readonly metadata: Plain;
  /** values.yaml. */
  readonly values: PlainMap;
  /**
   * Templates by their path in the chart, `templates/a.yaml`; those of its dependencies too
   * (`charts/common/templates/_names.tpl`), of which only what they define is used.
   */
  readonly templates: ReadonlyMap<string, string>;
}

/** What a chart is installed as. */
export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
  /** What is laid over the chart's own values. */
  readonly values: PlainMap;
}
