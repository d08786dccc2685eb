/** Commands of `workspace/executeCommand`. */
export const commandNames = [
  'waybill.check',
  'waybill.deployedText',
  'waybill.midstreamText',
  'waybill.releases',
  'waybill.layers',
  'waybill.layerText',
  'waybill.registries',
  'waybill.repositories',
  'waybill.tags',
  'waybill.insertion',
  'waybill.mirror',
  'waybill.mirrorRelease',
] as const;
