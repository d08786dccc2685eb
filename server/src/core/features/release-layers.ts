import type { LayerProblem } from '../kots/layers/types.ts';
import { problemSource, sourceOf } from './layer-sources.ts';
import type { Preview } from './layers.ts';
import { assumptions } from './preview.ts';
import { type ScenarioChoice, scenarioWords } from './scenario-choice.ts';

/** A release as the app manager would write it, file by file, without the texts. */
export interface ReleaseLayers {
  /** The scenario in a few words. */
  readonly scenario: string;
  /** In the order of the layers. */
  readonly files: readonly LayerFile[];
  readonly problems: readonly (LayerProblem & {
    /** The file of the workspace that it is about. */
    readonly source: string | null;
  })[];
  /** What only a customer knows and templates ask for; it stands as `«…»` in the texts. */
  readonly unknown: readonly string[];
  /** What is only taken to be so, in sentences. */
  readonly assumed: readonly string[];
}

export interface LayerFile {
  /** In the version's archive: `overlays/midstream/kustomization.yaml`. */
  readonly path: string;
  /** The file of the workspace that it comes from. */
  readonly source: string | null;
}

export function releaseLayers(preview: Preview, choice: ScenarioChoice): ReleaseLayers {
  return {
    scenario: scenarioWords(preview.scenario, choice),
    files: [...preview.files.keys()].map((path) => ({ path, source: sourceOf(preview, path) })),
    problems: preview.problems.map((problem) => ({
      ...problem,
      source: problemSource(preview, problem.path),
    })),
    unknown: preview.unknown,
    assumed: assumptions(preview, () => true),
  };
}
