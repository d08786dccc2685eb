import type { PlainMap } from '../manifest/plain.ts';
import type { Resource } from './resource.ts';

/**
 * What the steps of a build made of which value, for the next build, of which most is the same. Values never change,
 * so who is the same object is the same value. Begin with `newBuildMemory`.
 */
export interface BuildMemory {
  /** By what a step does; replaced by each build, so that nothing is kept of steps that are gone. */
  steps: ReadonlyMap<string, WeakMap<PlainMap, Resource>>;
  /** Patch → target → what came of it, null where the patch deletes it. */
  readonly patched: WeakMap<PlainMap, WeakMap<PlainMap, PlainMap | null>>;
}

export const newBuildMemory = (): BuildMemory => ({ steps: new Map(), patched: new WeakMap() });

/** The memory for one build: steps that it does not take are forgotten when it ends. */
export interface BuildRun {
  /** @param does what `make` does, whatever it depends on beside the resource's value being in it */
  step(does: string, resource: Resource, make: () => Resource): Resource;
  patch(patch: PlainMap, target: PlainMap, make: () => PlainMap | null): PlainMap | null;
  end(): void;
}

export function buildRun(memory: BuildMemory): BuildRun {
  const taken = new Map<string, WeakMap<PlainMap, Resource>>();
  return {
    step(does, resource, make) {
      const known = taken.get(does) ?? memory.steps.get(does) ?? new WeakMap<PlainMap, Resource>();
      taken.set(does, known);
      const made = known.get(resource.value) ?? make();
      known.set(resource.value, made);
      return made;
    },
    patch(patch, target, make) {
      const ofPatch = memory.patched.get(patch) ?? new WeakMap<PlainMap, PlainMap | null>();
      memory.patched.set(patch, ofPatch);
      const known = ofPatch.get(target);
      const made = known === undefined ? make() : known;
      ofPatch.set(target, made);
      return made;
    },
    end() {
      memory.steps = taken;
    },
  };
}
